//! Requests on their way to the server and back.

use evertoken::core::{Attempt, Event, Failure, FailureKind, Outcome, SignOutOrder, nobody};

use crate::config::Transport;
use crate::page::{Arrival, PageId};
use crate::plan::Point;
use crate::server::{Cause, Reply, Ticket, ticket_of};
use crate::world::{Happening, World};

pub struct Request {
    pub page: PageId,
    pub attempt: Attempt,
    pub ticket: Option<Ticket>,
    pub sign_out: bool,
    pub sent_at: f64,
    /// Of the session that it ends.
    pub family: Option<usize>,
    pub reply: Option<Reply>,
    pub loses_answer: bool,
    pub abandoned: bool,
    pub back: f64,
    pub over: bool,
}

impl World<'_> {
    pub fn send_refresh(&mut self, page: PageId, attempt: Attempt, ticket: Option<Ticket>) {
        let ticket = if self.config.transport == Transport::Cookie { self.cookie } else { ticket };
        self.send_request(page, attempt, ticket, false);
        self.spring(page, Point::Sent);
    }

    pub fn send_sign_out(&mut self, page: PageId, attempt: Attempt, order: &SignOutOrder) {
        let ticket = match self.config.transport {
            Transport::Cookie => self.cookie,
            Transport::Token => order.refresh_token.as_ref().and_then(ticket_of),
        };
        self.send_request(page, attempt, ticket, true);
    }

    fn send_request(&mut self, page: PageId, attempt: Attempt, ticket: Option<Ticket>, sign_out: bool) {
        let latency = self.config.latency;
        let tab = &mut self.tabs[page.tab];
        let (mut there, mut back) = (tab.rng.between(0.1, 1.0) * latency, tab.rng.between(0.1, 1.0) * latency);
        match tab.slow.take() {
            Some((wait, true)) => there += wait,
            Some((wait, false)) => back += wait,
            None => {}
        }
        let loses_request = std::mem::take(&mut tab.loses_request);
        let loses_answer = std::mem::take(&mut tab.loses_answer);
        let family = tab.facts.family;
        let index = self.requests.len();
        let sent_at = self.t;
        self.requests.push(Request {
            page,
            attempt,
            ticket,
            sign_out,
            sent_at,
            family,
            reply: None,
            loses_answer,
            abandoned: false,
            back,
            over: false,
        });
        let next = if loses_request { Happening::Returns(index) } else { Happening::Reaches(index) };
        self.after(there, next);
    }

    /// What has not reached the server by now never will.
    pub fn abandon(&mut self, page: PageId, attempt: Attempt) {
        for request in self.requests.iter_mut().rev().filter(|request| request.page == page && request.attempt == attempt) {
            request.abandoned = true;
            request.over = true;
        }
    }

    pub fn reaches_server(&mut self, index: usize) {
        let Request { page, ticket, sign_out, abandoned, sent_at, family, back, .. } = self.requests[index];
        if abandoned {
            return;
        }
        let reply = if sign_out {
            self.server_signs_out(page, ticket, sent_at, family)
        } else {
            let (reply, is_reuse) = self.server.refresh(ticket, self.t, self.config);
            self.say(|| format!("server: {ticket:?} of tab {} -> {reply:?}{}", page.tab, if is_reuse { ", a reuse" } else { "" }));
            if is_reuse {
                self.saw_reuse(index);
            }
            reply
        };
        if let Reply::Granted(number) = reply {
            let middle = (sent_at + self.t + back) / 2.0;
            let issued = &mut self.server.issued[number];
            issued.until = issued.until.max(middle + self.config.lifetime);
            self.tally.count("refreshes granted");
        }
        self.requests[index].reply = Some(reply);
        self.after(back, Happening::Returns(index));
        if !sign_out {
            self.spring(page, Point::Consumed);
        }
    }

    fn server_signs_out(&mut self, page: PageId, ticket: Option<Ticket>, sent_at: f64, family: Option<usize>) -> Reply {
        if self.server.is_out(self.t) {
            return Reply::Failed(self.server.retry_after);
        }
        if let Some(ticket) = ticket {
            self.saw_sign_out(page, ticket, sent_at, family);
            self.server.revoke(ticket.family, Cause::SignOut);
            self.say(|| format!("server: {ticket:?} signed out"));
        }
        Reply::Done
    }

    /// The browser keeps the cookie, though the page may not hear of it any more.
    pub fn returns(&mut self, index: usize) {
        let Request { page, sign_out, reply, loses_answer, .. } = self.requests[index];
        let is_alive = self.is_alive(page);
        if !loses_answer && (is_alive || self.rng.chance(0.5)) && self.config.transport == Transport::Cookie {
            match reply {
                Some(Reply::Granted(number)) => self.cookie = Some(self.server.issued[number].ticket),
                Some(Reply::Done) if sign_out => self.cookie = None,
                _ => {}
            }
        }
        if is_alive {
            self.arrives(page, Arrival::Answer { request: index });
        } else {
            self.requests[index].over = true;
        }
    }

    /// The page hears of it.
    pub fn answer(&mut self, page: PageId, index: usize) {
        if !self.requests[index].sign_out {
            self.spring(page, Point::Answer);
        }
        if !self.is_running(page) {
            if self.is_alive(page) {
                self.tabs[page.tab].inbox.push(Arrival::Answer { request: index });
            }
            return;
        }
        let Request { attempt, sign_out, reply, loses_answer, abandoned, .. } = self.requests[index];
        if abandoned {
            return;
        }
        self.requests[index].over = true;
        let reply = reply.filter(|_| !loses_answer);
        let network = Failure::new(FailureKind::Network);
        let failure = |retry_after: Option<f64>| Failure { retry_after, status: Some(503), ..Failure::new(FailureKind::Http) };
        if sign_out {
            let failure = match reply {
                Some(Reply::Done) => None,
                Some(Reply::Failed(retry_after)) => Some(failure(retry_after)),
                _ => Some(network),
            };
            return self.event(page, Event::SignedOut { attempt, failure });
        }
        let outcome = match reply {
            Some(Reply::Granted(number)) => {
                // A page that was frozen or slow reckons from a later middle.
                let half = (self.t - self.requests[index].sent_at) / 2.0;
                self.watch.half_request = self.watch.half_request.max(half);
                let middle = self.t - half;
                let issued = &mut self.server.issued[number];
                issued.until = issued.until.max(middle + self.config.lifetime);
                Outcome::Tokens { tokens: Box::new(self.server.tokens(number, self.config)), date: None }
            }
            Some(Reply::Failed(retry_after)) => Outcome::Transient(failure(retry_after)),
            Some(Reply::Rejected) => nobody(Some(401)),
            _ => Outcome::Transient(network),
        };
        if let Some((Point::Answered(effects), _)) = self.tabs[page.tab].trap
            && matches!(outcome, Outcome::Tokens { .. })
        {
            self.tabs[page.tab].trap = None;
            self.tabs[page.tab].dies_after = Some(effects);
        }
        self.event(page, Event::Answered { attempt, outcome });
    }
}
