//! Tokens as they come from a server or a caller: told apart, sized, and taken to pieces; never verified.

use std::fmt;

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::{Serialize, Serializer};

use super::claims::Claims;
use super::duration::{self, Ms};
use super::error::{Code, Error};
use super::reader::Reader;
use super::value::{Fields, Value};

/// The largest token taken: 64 KiB, far above what any header line carries.
pub const LARGEST: usize = 64 * 1024;

/// A text that must not reach a message, an event or a log: `Debug` tells nothing of it. It is serialized as it is, since only what is
/// stored, sent to the server or announced to other tabs holds one.
#[derive(Clone, PartialEq, Eq, Serialize)]
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

/// What a sign-in or a refresh brings, checked. Times are epoch milliseconds of the server's clock; serialized they are seconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenSet {
    #[serde(rename = "accessToken")]
    pub access: Secret,
    /// `None` for an opaque token.
    #[serde(skip)]
    pub claims: Option<Claims>,
    /// Whose it is: the `sub` of the access token, else of the ID token (OpenID Connect Core, section 2).
    #[serde(skip)]
    pub subject: Option<String>,
    /// RFC 6749 section 5.1.
    #[serde(serialize_with = "seconds", skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<Ms>,
    #[serde(serialize_with = "seconds", skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Ms>,
    #[serde(rename = "refreshToken", skip_serializing_if = "Option::is_none")]
    pub refresh: Option<Secret>,
    #[serde(serialize_with = "seconds", skip_serializing_if = "Option::is_none")]
    pub refresh_expires_in: Option<Ms>,
    #[serde(serialize_with = "seconds", skip_serializing_if = "Option::is_none")]
    pub refresh_expires_at: Option<Ms>,
    #[serde(rename = "idToken", skip_serializing_if = "Option::is_none")]
    pub id: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

fn seconds<S: Serializer>(time: &Option<Ms>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(|time| time / 1_000.0).serialize(serializer)
}

impl TokenSet {
    /// Takes a token set in this library's spelling or a raw RFC 6749 answer. `claims_of` parses the JSON text of a JWT's payload and
    /// reads the claims: JSON is the platform's to parse.
    pub fn read(answer: Fields, format: Format, claims_of: impl Fn(&str) -> Result<Claims, Error>) -> Result<TokenSet, Error> {
        let mut reader = Reader::new(answer, Code::TokenSet);
        let access = secret(&mut reader, "accessToken", "access_token");
        let refresh = secret(&mut reader, "refreshToken", "refresh_token");
        let id = secret(&mut reader, "idToken", "id_token");
        let expires_in = lifetime(&mut reader, "expiresIn", "expires_in");
        let expires_at = moment(&mut reader, "expiresAt", "expires_at");
        let refresh_expires_in = lifetime(&mut reader, "refreshExpiresIn", "refresh_expires_in");
        let refresh_expires_at = moment(&mut reader, "refreshExpiresAt", "refresh_expires_at");
        let scope = reader.text("scope", "a string");
        let missing = || Error::new(Code::TokenSet, "accessToken: is missing; give the access token as a string");
        let access = reader.finish(access)?.ok_or_else(missing)?;
        let claims = payload(access.expose(), format)?.map(|json| claims_of(&json)).transpose()?;
        let subject = claims.as_ref().and_then(|claims| claims.sub.clone()).or_else(|| {
            let json = payload(id.as_ref()?.expose(), Format::Auto).ok()??;
            claims_of(&json).ok()?.sub
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
    check_size(token)?;
    if let Some(wrong) = token.bytes().find(|byte| !byte.is_ascii_graphic()) {
        let what = if wrong.is_ascii_whitespace() { "white space" } else { "a character that no header may carry" };
        return Err(malformed(&format!("holds {what}; give the token alone, without \"Bearer\"")));
    }
    let parts: Vec<&[u8]> = token.as_bytes().split(|byte| *byte == b'.').collect();
    match (format, parts.as_slice()) {
        (Format::Auto | Format::Jwt, [header, payload, _]) if !header.is_empty() => decode(payload).map(Some),
        (Format::Auto | Format::Jwt, [_, _, _]) => Err(malformed("has an empty header")),
        (Format::Jwt, parts) => {
            Err(malformed(&format!("has {} dots where a JWT has two; check accessTokenFormat", parts.len().saturating_sub(1))))
        }
        _ => Ok(None),
    }
}

fn check_size(token: &str) -> Result<(), Error> {
    if token.len() <= LARGEST {
        return Ok(());
    }
    Err(Error::new(Code::TokenTooLarge, format!("the token has {} bytes; at most {LARGEST} are taken", token.len())))
}

fn malformed(what: &str) -> Error {
    Error::new(Code::TokenMalformed, format!("the token {what}"))
}

/// What a payload is that holds no claims.
pub fn not_an_object() -> Error {
    Error::new(Code::TokenPayload, "the token's payload is not a JSON object; check the token server")
}

/// The text of a payload in base64url as RFC 7515 wants it; standard and padded base64 are accepted too.
fn decode(payload: &[u8]) -> Result<String, Error> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &URL_SAFE,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
    );
    let url_safe: Vec<u8> = payload
        .iter()
        .map(|byte| match byte {
            b'+' => b'-',
            b'/' => b'_',
            other => *other,
        })
        .collect();
    let bytes = LENIENT.decode(url_safe).map_err(|_| malformed("has a payload that is not base64url"))?;
    String::from_utf8(bytes).map_err(|_| malformed("has a payload that is not UTF-8"))
}

/// The name under which a field is there: this library's, else the RFC's.
fn either(reader: &Reader, ours: &'static str, theirs: &'static str) -> &'static str {
    if reader.field(ours) == Value::Absent { theirs } else { ours }
}

fn secret(reader: &mut Reader, ours: &'static str, theirs: &'static str) -> Option<Secret> {
    let name = either(reader, ours, theirs);
    let text = reader.text(name, "a string")?;
    if let Err(error) = check_size(&text) {
        reader.fail(error);
    }
    (!text.is_empty()).then_some(Secret(text))
}

fn lifetime(reader: &mut Reader, ours: &'static str, theirs: &'static str) -> Option<Ms> {
    let name = either(reader, ours, theirs);
    let found = match reader.field(name) {
        // Some servers send the number as a string.
        Value::Text(text) => duration::whole_seconds(&text).map_or(Value::Text(text), Value::Number),
        other => other,
    };
    reader.seconds(name, found, 0.0, f64::MAX, "a number of seconds, 0 or more")
}

fn moment(reader: &mut Reader, ours: &'static str, theirs: &'static str) -> Option<Ms> {
    let name = either(reader, ours, theirs);
    reader.epoch(name)
}
