//! Token sets out of JavaScript.

use alloc::boxed::Box;

use crate::core::text::join;
use crate::core::{Claims, Code, Error, Format, TokenSet, Word, encoded_payload};

use super::io::{self, InHand, MEMBER};

/// The token set in the member `answer`: in this library's spelling, or a raw RFC 6749 answer.
pub fn read(format: Format) -> Result<Box<TokenSet>, Error> {
    if !io::enter(Word::Answer, MEMBER) {
        return Err(Error::new(
            Code::TokenSet,
            join(&[&io::shown(Word::Answer), " is not a token; give a string or an object with accessToken"]),
        ));
    }
    let read = read_in_hand(format);
    io::leave();
    read
}

/// The token set that is the record in hand.
pub fn read_in_hand(format: Format) -> Result<Box<TokenSet>, Error> {
    TokenSet::read(&InHand, format, |payload| {
        io::enter_claims(payload)?;
        let claims = Claims::read(&InHand);
        io::leave();
        claims
    })
    .map(Box::new)
}

/// Takes a JWT's claims in hand, the known ones checked.
pub fn enter_claims(jwt: &str) -> Result<(), Error> {
    io::enter_claims(encoded_payload(jwt, Format::Jwt)?.unwrap_or_default())?;
    Claims::read(&InHand).map(|_| ())
}
