//! A token server: it rotates refresh tokens or not, detects reuse, forgives for a while or not.

use evertoken::core::{Claims, Secret, TokenSet};
use evertoken::fuzz::{EPOCH, opaque};

use crate::config::{Config, Transport};

/// A refresh token, or the cookie that stands for it: of which sign-in, and the how manieth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket {
    pub family: usize,
    pub number: u32,
}

/// All tokens that follow from one sign-in.
pub struct Family {
    pub user: u8,
    pub began_at: f64,
    pub current: u32,
    rotated_at: f64,
    pub revoked: Option<Cause>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    Admin,
    SignOut,
    Reuse,
}

/// What is known of an access token.
#[derive(Clone, Copy, Debug)]
pub struct Issued {
    pub ticket: Ticket,
    pub user: u8,
    pub at: f64,
    /// It may be handed out until then: reckoned from the middle of its request, it may seem to last longer than it does.
    pub until: f64,
    /// Said by somebody else on the channel.
    pub forged: bool,
}

#[derive(Clone, Copy, Debug)]
pub enum Reply {
    /// The access token's number.
    Granted(usize),
    Rejected,
    /// With the seconds of a `Retry-After`.
    Failed(Option<f64>),
    Done,
}

#[derive(Default)]
pub struct Server {
    pub families: Vec<Family>,
    pub issued: Vec<Issued>,
    pub outage_until: f64,
    pub retry_after: Option<f64>,
}

impl Server {
    pub fn sign_in(&mut self, user: u8, t: f64, config: &Config) -> usize {
        self.families.push(Family { user, began_at: t, current: 1, rotated_at: t, revoked: None });
        self.issue(Ticket { family: self.families.len() - 1, number: 1 }, t, config)
    }

    pub fn is_out(&self, t: f64) -> bool {
        t < self.outage_until
    }

    /// The reply, and whether a reuse was detected.
    pub fn refresh(&mut self, ticket: Option<Ticket>, t: f64, config: &Config) -> (Reply, bool) {
        if self.is_out(t) {
            return (Reply::Failed(self.retry_after), false);
        }
        let Some(ticket) = ticket else { return (Reply::Rejected, false) };
        let Some(family) = self.families.get_mut(ticket.family) else { return (Reply::Rejected, false) };
        if family.revoked.is_some() {
            return (Reply::Rejected, false);
        }
        if ticket.number == family.current {
            if config.rotates {
                family.current += 1;
                family.rotated_at = t;
            }
        } else {
            let is_forgiven = ticket.number + 1 == family.current && config.forgives.is_some_and(|span| t <= family.rotated_at + span);
            if !is_forgiven {
                family.revoked = Some(Cause::Reuse);
                return (Reply::Rejected, true);
            }
        }
        let number = family.current;
        (Reply::Granted(self.issue(Ticket { number, ..ticket }, t, config)), false)
    }

    pub fn revoke(&mut self, family: usize, cause: Cause) {
        if let Some(family) = self.families.get_mut(family) {
            family.revoked.get_or_insert(cause);
        }
    }

    /// The token set as it is sent.
    pub fn tokens(&self, number: usize, config: &Config) -> TokenSet {
        let issued = &self.issued[number];
        let at = EPOCH * 1_000.0 + issued.at + config.server_skew;
        let sub = Some(["ada", "bob"][usize::from(issued.user)].into());
        let claims = Claims { sub, iat: Some(at), exp: Some(at + config.lifetime), ..Claims::default() };
        let refresh =
            (config.transport == Transport::Token).then(|| Secret::new(format!("r{}.{}", issued.ticket.family, issued.ticket.number)));
        let subject = claims.sub.clone().filter(|_| config.jwt);
        TokenSet {
            subject,
            claims: config.jwt.then_some(claims),
            expires_in: Some(config.lifetime),
            refresh,
            ..opaque(format!("t{number}"))
        }
    }

    /// The same as a sign-in page passes it on: it tells when the person was there.
    pub fn signed_in_tokens(&self, number: usize, config: &Config) -> TokenSet {
        let mut tokens = self.tokens(number, config);
        if let Some(claims) = &mut tokens.claims {
            claims.auth_time = claims.iat;
        }
        tokens
    }

    fn issue(&mut self, ticket: Ticket, at: f64, config: &Config) -> usize {
        let user = self.families[ticket.family].user;
        self.issued.push(Issued { ticket, user, at, until: at + config.lifetime, forged: false });
        self.issued.len() - 1
    }
}

/// The number of an access token.
pub fn number_of(access: &Secret) -> usize {
    access.expose().get(1..).and_then(|number| number.parse().ok()).unwrap_or(usize::MAX)
}

pub fn ticket_of(refresh: &Secret) -> Option<Ticket> {
    let (family, number) = refresh.expose().get(1..)?.split_once('.')?;
    Some(Ticket { family: family.parse().ok()?, number: number.parse().ok()? })
}
