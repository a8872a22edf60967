//! Somebody else on the channel, who says whatever the driver would let through.

use evertoken::core::{Claims, End, EndReason, Message, Order, Payload, Secret, SharedRecord, Stored, TokenSet};
use evertoken::fuzz::{EPOCH, opaque};

use crate::page::Arrival;
use crate::rng::Rng;
use crate::server::{Issued, Ticket};
use crate::world::World;

impl World<'_> {
    pub fn hostile(&mut self, tab: usize, seed: u64) {
        let mut rng = Rng::new(seed, 9);
        self.watch.hostile = true;
        let near = self.store.record.as_ref().map(|record| record.order).unwrap_or_default();
        let order = draw_order(near, &mut rng);
        let payload = match rng.below(6) {
            0 => Payload::Ask,
            1 => Payload::Activity(draw_time(self.t, &mut rng)),
            2 => Payload::End(draw_end(self.t, &mut rng)),
            _ => Payload::Tokens(Box::new(self.draw_stored(&mut rng))),
        };
        let page = self.page(tab);
        if rng.chance(0.2) && self.store.record.is_some() {
            self.store.record = Some(draw_record(order, self.t, &mut rng));
        }
        self.arrives(page, Arrival::Message(Box::new(Message { order, payload })));
    }

    fn draw_stored(&mut self, rng: &mut Rng) -> Stored {
        let user = rng.below(2) as u8;
        let left = rng.pick(&[-60e3, 0.0, 1.0, 30e3, 3_600e3]);
        let number = self.server.issued.len();
        let ticket = Ticket { family: usize::MAX, number: 1 };
        let at = EPOCH * 1_000.0 + self.t + self.config.server_skew;
        let claims = Claims {
            sub: rng.chance(0.8).then(|| ["ada", "bob"][usize::from(user)].into()),
            iat: rng.chance(0.8).then(|| at + left - rng.pick(&[60e3, 3_600e3])),
            exp: Some(at + left),
            ..Claims::default()
        };
        // Whose it is not said to be, nobody can know.
        let user = if claims.sub.is_some() { user } else { u8::MAX };
        let skew = rng.chance(0.2).then(|| draw_number(rng));
        // Who lies about the server's clock, or where it was not measured, can make a token of his own last as long as he likes.
        let until =
            if skew.is_some() || self.config.server_skew != 0.0 { f64::INFINITY } else { self.t + left + 2.0 * self.config.latency };
        self.server.issued.push(Issued { ticket, user, at: self.t, until, forged: true });
        let wild = |rng: &mut Rng| rng.chance(0.3).then(|| draw_number(rng));
        let tokens = TokenSet {
            subject: claims.sub.clone(),
            claims: Some(claims),
            expires_in: wild(rng),
            refresh_expires_in: wild(rng),
            refresh_expires_at: wild(rng),
            refresh: rng.chance(0.5).then(|| Secret::new("forged")),
            ..opaque(format!("t{number}"))
        };
        Stored {
            tokens: rng.chance(0.9).then(|| Box::new(tokens)),
            skew,
            session_start: wild(rng),
            last_activity: wild(rng),
            order: None,
            sign_outs: Vec::new(),
        }
    }
}

fn draw_order(near: Order, rng: &mut Rng) -> Order {
    let wild = |near: u32, rng: &mut Rng| match rng.below(6) {
        0 => 0,
        1 => u32::MAX,
        2 => u32::MAX - 1,
        3 => near.saturating_add(1),
        _ => near,
    };
    Order { epoch: wild(near.epoch, rng), session: wild(near.session, rng), generation: wild(near.generation, rng) }
}

fn draw_number(rng: &mut Rng) -> f64 {
    rng.pick(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -1.0, 1e300, EPOCH * 1_000.0, f64::MAX, f64::MIN_POSITIVE])
}

fn draw_time(t: f64, rng: &mut Rng) -> f64 {
    if rng.chance(0.5) { draw_number(rng) } else { EPOCH * 1_000.0 + t + rng.between(-600e3, 600e3) }
}

fn draw_end(t: f64, rng: &mut Rng) -> End {
    let reason =
        rng.pick(&[EndReason::SignedOut, EndReason::Idle, EndReason::RefreshRejected, EndReason::MaxLifespan, EndReason::Replaced]);
    let generation = rng.pick(&[0, 1, u32::MAX]);
    End { reason, at: draw_time(t, rng), generation, last_activity: draw_time(t, rng), told: rng.chance(0.5) }
}

fn draw_record(order: Order, t: f64, rng: &mut Rng) -> SharedRecord {
    SharedRecord {
        order,
        session_start: draw_time(t, rng),
        last_activity: draw_time(t, rng),
        ended: rng.chance(0.3).then(|| draw_end(t, rng)),
        attempts: rng.pick(&[0, 5, u32::MAX]),
        not_before: draw_time(t, rng),
        firm: rng.chance(0.5),
        busy_until: draw_time(t, rng),
        rotates: rng.chance(0.5),
    }
}
