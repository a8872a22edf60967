//! Tokens as they come from a server or a caller: told apart, sized, and taken to pieces; never verified.

use alloc::string::String;
use core::fmt;

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::claims::Claims;
use super::duration::{self, Ms};
use super::error::{Code, Error};
use super::reader::Reader;
use super::text::{join, of_integer};
use super::value::{Fields, Value};
use super::words::Word;

/// The largest token taken: 64 KiB, far above what any header line carries.
pub const LARGEST: usize = 64 * 1024;

/// A text that must not reach a message, an event or a log: `Debug` tells nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The text itself, for the one who sends or stores it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(…)")
    }
}

/// How an access token is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Exactly two dots make a JWT; anything else is opaque.
    #[default]
    Auto,
    Jwt,
    Opaque,
}

/// What a sign-in or a refresh brings, checked. Times are epoch milliseconds of the server's clock.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenSet {
    pub access: Secret,
    /// `None` for an opaque token.
    pub claims: Option<Claims>,
    /// Whose it is: the `sub` of the access token, else of the ID token (OpenID Connect Core, section 2).
    pub subject: Option<String>,
    /// RFC 6749 section 5.1.
    pub expires_in: Option<Ms>,
    pub expires_at: Option<Ms>,
    pub refresh: Option<Secret>,
    pub refresh_expires_in: Option<Ms>,
    pub refresh_expires_at: Option<Ms>,
    pub id: Option<Secret>,
    pub scope: Option<String>,
}

impl TokenSet {
    /// Takes a token set in this library's spelling or a raw RFC 6749 answer.
    /// `claims_of` reads a JWT's payload as it stands in the token: [`decode`] makes JSON text of it, where the platform has nothing faster.
    pub fn read(answer: &dyn Fields, format: Format, claims_of: impl Fn(&str) -> Result<Claims, Error>) -> Result<TokenSet, Error> {
        let mut reader = Reader::new(answer, Code::TokenSet);
        let access = secret(&mut reader, Word::AccessToken);
        let refresh = secret(&mut reader, Word::RefreshToken);
        let id = secret(&mut reader, Word::IdToken);
        let expires_in = lifetime(&mut reader, Word::ExpiresIn);
        let expires_at = moment(&mut reader, Word::ExpiresAt);
        let refresh_expires_in = lifetime(&mut reader, Word::RefreshExpiresIn);
        let refresh_expires_at = moment(&mut reader, Word::RefreshExpiresAt);
        let scope = reader.text(Word::Scope, "a string");
        let missing = || Error::new(Code::TokenSet, "accessToken: is missing; give the access token as a string");
        let access = reader.finish(access)?.ok_or_else(missing)?;
        let claims = match encoded_payload(access.expose(), format)? {
            Some(payload) => Some(claims_of(payload)?),
            None => None,
        };
        let subject = claims.as_ref().and_then(|claims| claims.sub.clone()).or_else(|| {
            let payload = encoded_payload(id.as_ref()?.expose(), Format::Auto).ok()??;
            claims_of(payload).ok()?.sub
        });
        // Keycloak writes 0 for a refresh token that does not expire.
        let refresh_expires_in = refresh_expires_in.filter(|left| *left > 0.0);
        Ok(TokenSet { access, claims, subject, expires_in, expires_at, refresh, refresh_expires_in, refresh_expires_at, id, scope })
    }

    /// When it ends by the server's clock, in epoch milliseconds.
    pub fn exp(&self) -> Option<Ms> {
        self.claims.as_ref().and_then(|claims| claims.exp).or(self.expires_at)
    }

    pub fn iat(&self) -> Option<Ms> {
        self.claims.as_ref()?.iat
    }
}

/// The JSON text of a JWT's claims; `None` for an opaque token.
pub fn payload(token: &str, format: Format) -> Result<Option<String>, Error> {
    encoded_payload(token, format)?.map(decode).transpose()
}

/// The middle one of a JWT's three parts; `None` for an opaque token.
pub fn encoded_payload(token: &str, format: Format) -> Result<Option<&str>, Error> {
    check_size(token)?;
    let (mut dots, mut first, mut last) = (0, 0, 0);
    for (place, byte) in token.bytes().enumerate() {
        if !byte.is_ascii_graphic() {
            let what = if byte.is_ascii_whitespace() { "white space" } else { "a character that no header may carry" };
            return Err(malformed(&["holds ", what, "; give the token alone, without \"Bearer\""]));
        }
        if byte == b'.' {
            first = if dots == 0 { place } else { first };
            last = place;
            dots += 1;
        }
    }
    match format {
        Format::Opaque => Ok(None),
        Format::Auto if dots != 2 => Ok(None),
        Format::Jwt if dots != 2 => Err(malformed(&["has ", &of_integer(dots), " dots where a JWT has two; check accessTokenFormat"])),
        _ if first == 0 => Err(malformed(&["has an empty header"])),
        _ => Ok(token.get(first + 1..last)),
    }
}

fn check_size(token: &str) -> Result<(), Error> {
    if token.len() <= LARGEST {
        return Ok(());
    }
    let size = of_integer(token.len() as u64);
    Err(Error::new(Code::TokenTooLarge, join(&["the token has ", &size, " bytes; at most 65536 are taken"])))
}

fn malformed(what: &[&str]) -> Error {
    Error::new(Code::TokenMalformed, join(&["the token ", &join(what)]))
}

/// What keeps a payload from being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayloadFault {
    NotBase64,
    NotUtf8,
    NotAnObject,
}

impl From<PayloadFault> for Error {
    fn from(fault: PayloadFault) -> Error {
        match fault {
            PayloadFault::NotBase64 => malformed(&["has a payload that is not base64url"]),
            PayloadFault::NotUtf8 => malformed(&["has a payload that is not UTF-8"]),
            PayloadFault::NotAnObject => Error::new(Code::TokenPayload, "the token's payload is not a JSON object; check the token server"),
        }
    }
}

/// The text of a payload in base64url as RFC 7515 wants it; standard and padded base64 are accepted too.
pub fn decode(payload: &str) -> Result<String, Error> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &URL_SAFE,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
    );
    let mut url_safe = String::from(payload).into_bytes();
    for byte in &mut url_safe {
        *byte = match *byte {
            b'+' => b'-',
            b'/' => b'_',
            other => other,
        };
    }
    let bytes = LENIENT.decode(url_safe).map_err(|_| PayloadFault::NotBase64)?;
    Ok(String::from_utf8(bytes).map_err(|_| PayloadFault::NotUtf8)?)
}

/// The name under which a field is there: this library's, else the RFC's.
fn either(reader: &Reader, ours: Word) -> Word {
    if reader.field(ours) != Value::Absent {
        return ours;
    }
    match ours {
        Word::ExpiresIn => Word::WireExpiresIn,
        Word::ExpiresAt => Word::WireExpiresAt,
        Word::RefreshToken => Word::WireRefreshToken,
        Word::RefreshExpiresIn => Word::WireRefreshExpiresIn,
        Word::RefreshExpiresAt => Word::WireRefreshExpiresAt,
        Word::IdToken => Word::WireIdToken,
        _ => Word::WireAccessToken,
    }
}

fn secret(reader: &mut Reader, ours: Word) -> Option<Secret> {
    let name = either(reader, ours);
    let text = reader.text(name, "a string")?;
    if let Err(error) = check_size(&text) {
        reader.fail(error);
    }
    (!text.is_empty()).then_some(Secret(text))
}

fn lifetime(reader: &mut Reader, ours: Word) -> Option<Ms> {
    let name = either(reader, ours);
    let found = match reader.field(name) {
        // Some servers send the number as a string.
        Value::Text(text) => duration::whole_seconds(&text).map_or(Value::Text(text), Value::Number),
        other => other,
    };
    reader.seconds(name, found, 0.0, f64::MAX, "a number of seconds, 0 or more")
}

fn moment(reader: &mut Reader, ours: Word) -> Option<Ms> {
    let name = either(reader, ours);
    reader.epoch(name)
}
