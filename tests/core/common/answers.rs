//! Answers to what the session asks of its server.

use evertoken::core::*;

use super::{Answer, World};

impl World {
    /// The server grants the latest request a token of so many seconds.
    #[track_caller]
    pub fn grant(&mut self, lifetime: f64) {
        let tokens = self.fresh(lifetime);
        self.answer(tokens);
    }

    #[track_caller]
    pub fn answer(&mut self, tokens: TokenSet) {
        self.outcome(Outcome::Tokens { tokens: Box::new(tokens), date: None });
    }

    /// An answer whose `Date` header can be read.
    #[track_caller]
    pub fn answer_dated(&mut self, tokens: TokenSet, date: f64) {
        self.outcome(Outcome::Tokens { tokens: Box::new(tokens), date: Some(date * 1_000.0) });
    }

    #[track_caller]
    pub fn fail(&mut self) {
        self.outcome(Outcome::Transient(Failure::new(FailureKind::Network)));
    }

    #[track_caller]
    pub fn fail_with(&mut self, status: u16, retry_after: Option<f64>) {
        self.outcome(of_status(status, false, None, retry_after.map(|seconds| seconds * 1_000.0)));
    }

    #[track_caller]
    pub fn reject(&mut self) {
        self.outcome(of_status(400, true, oauth_error("invalid_grant"), None));
    }

    #[track_caller]
    pub fn outcome(&mut self, outcome: Outcome) {
        let attempt = self.request().attempt;
        self.event(Event::Answered { attempt, outcome });
    }

    #[track_caller]
    pub fn signed_out(&mut self, failure: Option<Failure>) {
        let attempt = self.sign_outs.last().expect("a sign-out").0;
        self.event(Event::SignedOut { attempt, failure });
    }

    #[track_caller]
    pub fn probed(&mut self, answer: Probe) {
        let attempt = *self.probes.last().expect("a probe");
        self.event(Event::Probed { attempt, answer });
    }

    /// What the caller was told; nothing yet is a failure of the test.
    #[track_caller]
    pub fn answer_of(&self, caller: Caller) -> Answer {
        self.answers.get(&caller).expect("an answer").clone()
    }

    pub fn waits(&self, caller: Caller) -> bool {
        !self.answers.contains_key(&caller)
    }

    /// Refreshes are granted at once, each with a token of so many seconds, until that moment.
    pub fn serve_until(&mut self, moment: f64, lifetime: f64) {
        let mut served = self.requests.len();
        loop {
            if self.requests.len() > served {
                served = self.requests.len();
                self.grant(lifetime);
                continue;
            }
            match self.wake {
                Some(wake) if self.t + wake.after / 1_000.0 <= moment => self.next(),
                _ => break,
            };
        }
    }

    /// Every request fails at once, until that moment. The moments of the attempts.
    pub fn fail_until(&mut self, moment: f64) -> Vec<f64> {
        let mut moments = Vec::new();
        while let Some(wake) = self.wake
            && self.t + wake.after / 1_000.0 <= moment
        {
            let before = self.requests.len();
            self.next();
            if self.requests.len() > before {
                moments.push(self.t);
                self.fail();
            }
        }
        moments
    }
}
