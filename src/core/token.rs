//! Tokens as they come from a server or a caller: told apart, sized, and taken to pieces; never verified.

use std::fmt;

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::claims::Claims;
use super::duration::Ms;
use super::error::{Code, Error};
use super::text::{join, of_integer};
use super::value::{Fields, Value};

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
    /// `claims_of` parses a JWT's payload, which is JSON text.
    pub fn read(answer: &dyn Fields, format: Format, claims_of: impl FnOnce(&str) -> Result<Claims, Error>) -> Result<TokenSet, Error> {
        let access = secret(answer, ["accessToken", "access_token"])?
            .ok_or_else(|| Error::new(Code::TokenSet, "accessToken: is missing; give the access token as a string"))?;
        let claims = match payload(access.expose(), format)? {
            Some(payload) => Some(claims_of(&payload)?),
            None => None,
        };
        Ok(TokenSet {
            access,
            claims,
            expires_in: lifetime(answer, ["expiresIn", "expires_in"])?,
            expires_at: moment(answer, ["expiresAt", "expires_at"])?,
            refresh: secret(answer, ["refreshToken", "refresh_token"])?,
            // Keycloak writes 0 for a refresh token that does not expire.
            refresh_expires_in: lifetime(answer, ["refreshExpiresIn", "refresh_expires_in"])?.filter(|left| *left > 0.0),
            refresh_expires_at: moment(answer, ["refreshExpiresAt", "refresh_expires_at"])?,
            id: secret(answer, ["idToken", "id_token"])?,
            scope: scope(answer)?,
        })
    }

    /// Whose token it is, where it says so.
    pub fn subject(&self) -> Option<&str> {
        self.claims.as_ref()?.sub.as_deref()
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
    check_size(token)?;
    if let Some(bad) = token.chars().find(|c| !c.is_ascii_graphic()) {
        let what = if bad.is_ascii_whitespace() { "white space" } else { "a character that no header may carry" };
        return Err(malformed(&["holds ", what, "; give the token alone, without \"Bearer\""]));
    }
    let dots = token.bytes().filter(|byte| *byte == b'.').count();
    match format {
        Format::Opaque => return Ok(None),
        Format::Auto if dots != 2 => return Ok(None),
        Format::Jwt if dots != 2 => {
            return Err(malformed(&["has ", &of_integer(dots as u64), " dots where a JWT has two; check accessTokenFormat"]));
        }
        _ => {}
    }
    let mut parts = token.split('.');
    let (header, payload) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    if header.is_empty() {
        return Err(malformed(&["has an empty header"]));
    }
    let bytes = decode(payload).ok_or_else(|| malformed(&["has a payload that is not base64url"]))?;
    let text = String::from_utf8(bytes).map_err(|_| malformed(&["has a payload that is not UTF-8"]))?;
    Ok(Some(text))
}

fn check_size(token: &str) -> Result<(), Error> {
    if token.len() <= LARGEST {
        return Ok(());
    }
    let size = of_integer(token.len() as u64);
    Err(Error::new(Code::TokenTooLarge, join(&["the token has ", &size, " bytes; at most ", &of_integer(LARGEST as u64), " are taken"])))
}

fn malformed(what: &[&str]) -> Error {
    Error::new(Code::TokenMalformed, join(&["the token ", &join(what)]))
}

/// base64url as RFC 7515 wants it; standard and padded base64 are accepted too.
fn decode(text: &str) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &URL_SAFE,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
    );
    let url_safe: Vec<u8> = text
        .bytes()
        .map(|byte| match byte {
            b'+' => b'-',
            b'/' => b'_',
            other => other,
        })
        .collect();
    LENIENT.decode(url_safe).ok()
}

/// A field under this library's name, else under the RFC's.
fn either(answer: &dyn Fields, names: [&'static str; 2]) -> Value {
    let [ours, wire] = names;
    match answer.field(ours) {
        Value::Absent | Value::Null => answer.field(wire),
        found => found,
    }
}

fn secret(answer: &dyn Fields, names: [&'static str; 2]) -> Result<Option<Secret>, Error> {
    match either(answer, names) {
        Value::Absent | Value::Null => Ok(None),
        Value::Text(text) if text.is_empty() => Ok(None),
        Value::Text(text) => {
            check_size(&text)?;
            Ok(Some(Secret(text)))
        }
        other => Err(wrong_field(names, &other, "a string")),
    }
}

fn scope(answer: &dyn Fields) -> Result<Option<String>, Error> {
    match answer.field("scope") {
        Value::Absent | Value::Null => Ok(None),
        Value::Text(scope) => Ok(Some(scope)),
        other => Err(wrong_field(["scope", "scope"], &other, "a string")),
    }
}

fn lifetime(answer: &dyn Fields, names: [&'static str; 2]) -> Result<Option<Ms>, Error> {
    let allowed = "a number of seconds, 0 or more";
    match either(answer, names) {
        Value::Absent | Value::Null => Ok(None),
        Value::Number(seconds) if seconds >= 0.0 && seconds.is_finite() => Ok(Some(seconds * 1_000.0)),
        // Some servers send the number as a string.
        Value::Text(text) if text.len() <= 12 && !text.is_empty() => match text.parse::<u64>() {
            Ok(seconds) => Ok(Some(seconds as Ms * 1_000.0)),
            Err(_) => Err(wrong_field(names, &Value::Other("a string"), allowed)),
        },
        other => Err(wrong_field(names, &other, allowed)),
    }
}

fn moment(answer: &dyn Fields, names: [&'static str; 2]) -> Result<Option<Ms>, Error> {
    /// The year 5138: a larger number of seconds is a number of milliseconds.
    const LATEST: f64 = 1e11;
    match either(answer, names) {
        Value::Absent | Value::Null => Ok(None),
        Value::Number(seconds) if (0.0..LATEST).contains(&seconds) => Ok(Some(seconds * 1_000.0)),
        other => Err(wrong_field(names, &other, "epoch seconds (not milliseconds)")),
    }
}

fn wrong_field([name, _]: [&'static str; 2], found: &Value, allowed: &str) -> Error {
    let found = match found {
        Value::Text(_) => "a string".to_owned(),
        other => other.shown(),
    };
    Error::new(Code::TokenSet, join(&[name, ": ", &found, " is not ", allowed]))
}
