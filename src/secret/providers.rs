//! Tokens that tell by their form who gave them out.
//!
//! The forms are those that the providers document or that their tokens show: a fixed beginning, then runs of an alphabet with known
//! lengths. No regular expressions: nothing has to be compiled before the first byte is read.

use std::ops::Range;
use std::sync::LazyLock;

use super::values::entropy;
use Alphabet::{Alnum, Base64, Base64Url, Bech32, Digits, Hex, Letters, Lower, Upper};
use Part::{Run, Text};

/// The bytes that a run may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alphabet {
    Digits,
    /// Lower case.
    Hex,
    Letters,
    /// Lower case and digits.
    Lower,
    /// Upper case and digits.
    Upper,
    Alnum,
    /// With `_` and `-`.
    Base64Url,
    /// With `+`, `/` and `=`.
    Base64,
    /// That of age, in upper case.
    Bech32,
}

impl Alphabet {
    fn has(self, byte: u8) -> bool {
        match self {
            Digits => byte.is_ascii_digit(),
            Hex => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
            Letters => byte.is_ascii_alphabetic(),
            Lower => byte.is_ascii_digit() || byte.is_ascii_lowercase(),
            Upper => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
            Alnum => byte.is_ascii_alphanumeric(),
            Base64Url => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
            Base64 => byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='),
            Bech32 => b"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L".contains(&byte),
        }
    }
}

/// A piece of a token.
#[derive(Debug, Clone, Copy)]
enum Part {
    Text(&'static str),
    /// From so many bytes of an alphabet to so many.
    Run(Alphabet, usize, usize),
}

/// A form of token.
#[derive(Debug)]
pub struct Provider {
    /// With what it is: `GitHub personal access token`.
    pub name: &'static str,
    /// The run in front of `start`; mostly none.
    before: Option<(Alphabet, usize, usize)>,
    start: &'static str,
    rest: &'static [Part],
    /// Least entropy in bits a byte of what follows `start`.
    entropy: f64,
    checksum: Option<Checksum>,
    /// What comes before this many bytes names the service and may be seen.
    shown: usize,
}

/// How a token proves itself.
#[derive(Debug, Clone, Copy)]
enum Checksum {
    /// The last six letters are the CRC-32 of the letters before, in base 62.
    Crc32Base62,
}

/// A token in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    pub provider: &'static Provider,
    pub range: Range<usize>,
    /// Whether the checksum of the format holds; `None` for a format without one.
    pub proven: Option<bool>,
}

impl PartialEq for Provider {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.start == other.start
    }
}

const MANY: usize = 4096;

const fn token(name: &'static str, start: &'static str, rest: &'static [Part]) -> Provider {
    Provider { name, before: None, start, rest, entropy: 3.0, checksum: None, shown: 0 }
}

const fn hex(name: &'static str, start: &'static str, rest: &'static [Part]) -> Provider {
    Provider { name, before: None, start, rest, entropy: 2.6, checksum: None, shown: 0 }
}

const fn checked(name: &'static str, start: &'static str) -> Provider {
    Provider {
        name,
        before: None,
        start,
        rest: &[Run(Alnum, 36, 36)],
        entropy: 3.0,
        checksum: Some(Checksum::Crc32Base62),
        shown: 0,
    }
}

const fn after(name: &'static str, before: (Alphabet, usize, usize), start: &'static str, rest: &'static [Part]) -> Provider {
    Provider { name, before: Some(before), start, rest, entropy: 3.0, checksum: None, shown: 0 }
}

/// A token behind a name that is no part of it.
const fn behind(name: &'static str, start: &'static str, rest: &'static [Part]) -> Provider {
    Provider { name, before: None, start, rest, entropy: 3.0, checksum: None, shown: start.len() }
}

/// Sorted by nothing: of several that fit one place, the longest token counts.
static PROVIDERS: &[Provider] = &[
    token("AWS access key", "AKIA", &[Run(Upper, 16, 16)]),
    token("AWS temporary access key", "ASIA", &[Run(Upper, 16, 16)]),
    token("Alibaba Cloud access key", "LTAI", &[Run(Alnum, 20, 20)]),
    checked("GitHub personal access token", "ghp_"),
    checked("GitHub OAuth token", "gho_"),
    checked("GitHub app token", "ghu_"),
    checked("GitHub app installation token", "ghs_"),
    checked("GitHub refresh token", "ghr_"),
    token("GitHub fine-grained personal access token", "github_pat_", &[Run(Alnum, 22, 22), Text("_"), Run(Alnum, 59, 59)]),
    token("GitLab personal access token", "glpat-", &[Run(Base64Url, 20, 64)]),
    token("GitLab deploy token", "gldt-", &[Run(Base64Url, 20, 64)]),
    token("GitLab runner token", "glrt-", &[Run(Base64Url, 20, 64)]),
    token("GitLab pipeline trigger token", "glptt-", &[Run(Hex, 40, 40)]),
    token("GitLab CI job token", "glcbt-", &[Run(Base64Url, 20, 80)]),
    token("GitLab agent token", "glagent-", &[Run(Base64Url, 50, 64)]),
    token("GitLab OAuth secret", "gloas-", &[Run(Base64Url, 64, 64)]),
    checked("npm access token", "npm_"),
    behind("npm registry token", "_authToken=", &[Run(Base64Url, 20, 256)]),
    token("PyPI upload token", "pypi-AgEIcHlwaS5vcmc", &[Run(Base64Url, 50, MANY)]),
    hex("RubyGems API key", "rubygems_", &[Run(Hex, 48, 48)]),
    token("crates.io token", "cio", &[Run(Alnum, 32, 32)]),
    token("NuGet API key", "oy2", &[Run(Lower, 43, 43)]),
    token("Docker Hub access token", "dckr_pat_", &[Run(Base64Url, 27, 27)]),
    token("Docker Hub organization token", "dckr_oat_", &[Run(Base64Url, 32, 32)]),
    token("Artifactory API key", "AKCp", &[Run(Alnum, 69, 69)]),
    token("Artifactory reference token", "cmVmd", &[Run(Alnum, 59, 59)]),
    token("Slack bot token", "xoxb-", &[Run(Digits, 9, 14), Text("-"), Run(Base64Url, 20, 80)]),
    token("Slack user token", "xoxp-", &[Run(Digits, 9, 14), Text("-"), Run(Base64Url, 20, 120)]),
    token("Slack configuration token", "xoxe.", &[Run(Base64Url, 4, 4), Text("-"), Run(Base64Url, 20, 200)]),
    token("Slack app token", "xapp-", &[Run(Digits, 1, 1), Text("-"), Run(Base64Url, 40, 120)]),
    behind(
        "Slack webhook",
        "https://hooks.slack.com/services/",
        &[Run(Upper, 9, 12), Text("/"), Run(Upper, 9, 12), Text("/"), Run(Alnum, 24, 24)],
    ),
    behind("Discord webhook", "https://discord.com/api/webhooks/", &[Run(Digits, 17, 20), Text("/"), Run(Base64Url, 60, 72)]),
    behind("Discord webhook", "https://discordapp.com/api/webhooks/", &[Run(Digits, 17, 20), Text("/"), Run(Base64Url, 60, 72)]),
    token(
        "Discord bot token",
        "MT",
        &[Run(Base64Url, 22, 26), Text("."), Run(Base64Url, 6, 6), Text("."), Run(Base64Url, 27, 38)],
    ),
    token(
        "Discord bot token",
        "Nz",
        &[Run(Base64Url, 22, 26), Text("."), Run(Base64Url, 6, 6), Text("."), Run(Base64Url, 27, 38)],
    ),
    token(
        "Discord bot token",
        "OT",
        &[Run(Base64Url, 22, 26), Text("."), Run(Base64Url, 6, 6), Text("."), Run(Base64Url, 27, 38)],
    ),
    after("Telegram bot token", (Digits, 8, 10), ":AA", &[Run(Base64Url, 33, 33)]),
    token("Stripe live key", "sk_live_", &[Run(Alnum, 16, 247)]),
    token("Stripe restricted key", "rk_live_", &[Run(Alnum, 16, 247)]),
    token("Stripe test key", "sk_test_", &[Run(Alnum, 16, 247)]),
    token("Stripe webhook secret", "whsec_", &[Run(Base64, 32, 64)]),
    token("Google API key", "AIza", &[Run(Base64Url, 35, 35)]),
    token("Google OAuth client secret", "GOCSPX-", &[Run(Base64Url, 28, 28)]),
    token("Google OAuth access token", "ya29.", &[Run(Base64Url, 40, MANY)]),
    after("Azure client secret", (Base64Url, 3, 3), "8Q~", &[Run(Base64Url, 31, 34)]),
    behind("Azure storage key", "AccountKey=", &[Run(Base64, 88, 88)]),
    behind("Azure shared access key", "SharedAccessKey=", &[Run(Base64, 43, 44)]),
    hex("DigitalOcean access token", "dop_v1_", &[Run(Hex, 64, 64)]),
    hex("DigitalOcean OAuth token", "doo_v1_", &[Run(Hex, 64, 64)]),
    hex("DigitalOcean refresh token", "dor_v1_", &[Run(Hex, 64, 64)]),
    token("Heroku API key", "HRKU-AA", &[Run(Base64Url, 58, 58)]),
    token("Fly.io access token", "fo1_", &[Run(Base64Url, 43, 43)]),
    token("Fly.io access token", "FlyV1 fm2_", &[Run(Base64, 100, MANY)]),
    token("Netlify access token", "nfp_", &[Run(Alnum, 36, 40)]),
    token("Cloudflare tunnel token", "eyJhIjoi", &[Run(Base64, 100, 400)]),
    hex("Cloudflare origin CA key", "v1.0-", &[Run(Hex, 24, 24), Text("-"), Run(Hex, 146, 146)]),
    token("Tailscale auth key", "tskey-auth-", &[Run(Alnum, 8, 20), Text("-"), Run(Alnum, 20, 40)]),
    token("Tailscale API key", "tskey-api-", &[Run(Alnum, 8, 20), Text("-"), Run(Alnum, 20, 40)]),
    token("Tailscale OAuth secret", "tskey-client-", &[Run(Alnum, 8, 20), Text("-"), Run(Alnum, 20, 40)]),
    token("OpenAI API key", "sk-proj-", &[Run(Base64Url, 40, 220)]),
    token("OpenAI service account key", "sk-svcacct-", &[Run(Base64Url, 40, 220)]),
    token("OpenAI admin key", "sk-admin-", &[Run(Base64Url, 40, 220)]),
    token("OpenAI API key", "sk-", &[Run(Alnum, 20, 20), Text("T3BlbkFJ"), Run(Alnum, 20, 20)]),
    token("Anthropic API key", "sk-ant-api", &[Run(Digits, 2, 2), Text("-"), Run(Base64Url, 80, 120)]),
    token("Anthropic admin key", "sk-ant-admin", &[Run(Digits, 2, 2), Text("-"), Run(Base64Url, 80, 120)]),
    token("OpenRouter API key", "sk-or-v1-", &[Run(Hex, 64, 64)]),
    token("Hugging Face token", "hf_", &[Run(Letters, 34, 34)]),
    token("Groq API key", "gsk_", &[Run(Alnum, 52, 52)]),
    token("xAI API key", "xai-", &[Run(Alnum, 80, 80)]),
    token("Perplexity API key", "pplx-", &[Run(Alnum, 48, 56)]),
    token("Replicate API token", "r8_", &[Run(Alnum, 37, 37)]),
    token("SendGrid API key", "SG.", &[Run(Base64Url, 22, 22), Text("."), Run(Base64Url, 43, 43)]),
    hex("Mailgun API key", "key-", &[Run(Hex, 32, 32)]),
    after("Mailchimp API key", (Hex, 32, 32), "-us", &[Run(Digits, 1, 2)]),
    hex("Brevo API key", "xkeysib-", &[Run(Hex, 64, 64), Text("-"), Run(Alnum, 16, 16)]),
    hex("Twilio API key", "SK", &[Run(Hex, 32, 32)]),
    hex("Shopify access token", "shpat_", &[Run(Hex, 32, 32)]),
    hex("Shopify app token", "shpca_", &[Run(Hex, 32, 32)]),
    hex("Shopify private app token", "shppa_", &[Run(Hex, 32, 32)]),
    hex("Shopify shared secret", "shpss_", &[Run(Hex, 32, 32)]),
    token("Square access token", "sq0atp-", &[Run(Base64Url, 22, 22)]),
    token("Square OAuth secret", "sq0csp-", &[Run(Base64Url, 43, 43)]),
    token("HCP Vault service token", "hvs.", &[Run(Base64Url, 24, 200)]),
    token("Vault batch token", "hvb.", &[Run(Base64Url, 100, 300)]),
    after("Terraform Cloud token", (Alnum, 14, 14), ".atlasv1.", &[Run(Base64Url, 60, 70)]),
    token("Doppler token", "dp.pt.", &[Run(Alnum, 40, 44)]),
    token("Doppler service token", "dp.st.", &[Run(Base64Url, 2, 40), Text("."), Run(Alnum, 40, 44)]),
    token("1Password service account token", "ops_eyJ", &[Run(Base64, 200, MANY)]),
    token("Pulumi access token", "pul-", &[Run(Hex, 40, 40)]),
    token("Grafana service account token", "glsa_", &[Run(Alnum, 32, 32), Text("_"), Run(Alnum, 8, 8)]),
    token("Grafana Cloud token", "glc_", &[Run(Base64, 32, 400)]),
    token("New Relic user key", "NRAK-", &[Run(Upper, 27, 27)]),
    token("Sentry organization token", "sntrys_", &[Run(Base64Url, 60, 400)]),
    hex("Sentry user token", "sntryu_", &[Run(Hex, 64, 64)]),
    token("Dynatrace token", "dt0c01.", &[Run(Upper, 24, 24), Text("."), Run(Upper, 64, 64)]),
    hex("Sonar token", "squ_", &[Run(Hex, 40, 40)]),
    hex("Sonar project token", "sqp_", &[Run(Hex, 40, 40)]),
    hex("Sonar analysis token", "sqa_", &[Run(Hex, 40, 40)]),
    hex("Databricks token", "dapi", &[Run(Hex, 32, 32)]),
    token("PlanetScale token", "pscale_tkn_", &[Run(Base64Url, 32, 64)]),
    token("PlanetScale password", "pscale_pw_", &[Run(Base64Url, 32, 64)]),
    hex("Supabase access token", "sbp_", &[Run(Hex, 40, 40)]),
    token("Airtable token", "pat", &[Run(Alnum, 14, 14), Text("."), Run(Hex, 64, 64)]),
    token("Notion token", "ntn_", &[Run(Alnum, 46, 50)]),
    token("Linear API key", "lin_api_", &[Run(Alnum, 40, 40)]),
    token("Figma token", "figd_", &[Run(Base64Url, 40, 44)]),
    token("Postman API key", "PMAK-", &[Run(Hex, 24, 24), Text("-"), Run(Hex, 34, 34)]),
    token("Atlassian API token", "ATATT3xFfGF0", &[Run(Base64, 100, 300)]),
    token("Buildkite token", "bkua_", &[Run(Lower, 40, 40)]),
    token("CircleCI token", "CCIPAT_", &[Run(Alnum, 22, 22), Text("_"), Run(Hex, 40, 40)]),
    token("Contentful token", "CFPAT-", &[Run(Base64Url, 43, 43)]),
    token("EasyPost API key", "EZAK", &[Run(Alnum, 54, 54)]),
    token("Yandex Cloud API key", "AQVN", &[Run(Base64Url, 35, 38)]),
    token("age secret key", "AGE-SECRET-KEY-1", &[Run(Bech32, 58, 58)]),
];

/// A JSON Web Token has three parts; its header begins so. It is not given out by anyone in particular, and may have expired.
static WEB_TOKEN: Provider = token(
    "JSON Web Token",
    "eyJ",
    &[Run(Base64Url, 12, 600), Text(".eyJ"), Run(Base64Url, 12, MANY), Text("."), Run(Base64Url, 20, 700)],
);

/// The providers by the first two bytes of their token, which tell them from most words.
struct Beginnings {
    /// Whether some token begins with two bytes, by both.
    pairs: Box<[bool; 1 << 16]>,
    by_first: Vec<Vec<&'static Provider>>,
}

static BEGINNINGS: LazyLock<Beginnings> = LazyLock::new(|| {
    let mut table = Beginnings { pairs: Box::new([false; 1 << 16]), by_first: vec![Vec::new(); 256] };
    for provider in PROVIDERS.iter().chain([&WEB_TOKEN]) {
        let [first, second, ..] = provider.start.as_bytes() else { continue };
        table.pairs[pair(*first, *second)] = true;
        table.by_first[usize::from(*first)].push(provider);
    }
    table
});

fn pair(first: u8, second: u8) -> usize {
    usize::from(u16::from_be_bytes([first, second]))
}

impl Provider {
    /// Whether a token of this kind may well be of no more use: it can expire, or works on test data only.
    pub fn is_perishable(&self) -> bool {
        matches!(self.name, "JSON Web Token" | "Stripe test key" | "Google OAuth access token" | "AWS temporary access key")
    }

    fn fits(&'static self, text: &[u8], at: usize) -> Option<Token> {
        let start = match self.before {
            None => is_beginning(text, at).then_some(at)?,
            Some((alphabet, least, most)) => {
                let length = text[..at].iter().rev().take(most + 1).take_while(|byte| alphabet.has(**byte)).count();
                (least..=most).contains(&length).then(|| at - length)?
            }
        };
        let mut end = at + self.start.len();
        let body = end;
        for (index, part) in self.rest.iter().enumerate() {
            match *part {
                Text(literal) => {
                    text[end..].starts_with(literal.as_bytes()).then_some(())?;
                    end += literal.len();
                }
                Run(alphabet, least, most) => {
                    let mut length = text[end..].iter().take(most.min(MANY)).take_while(|byte| alphabet.has(**byte)).count();
                    // The text behind a run may begin with bytes that the run could take.
                    if let Some(Text(next)) = self.rest.get(index + 1)
                        && alphabet.has(next.as_bytes()[0])
                    {
                        let window = &text[end..(end + length + next.len()).min(text.len())];
                        length = memchr::memmem::rfind(window, next.as_bytes())?;
                    }
                    (length >= least).then_some(())?;
                    end += length;
                }
            }
        }
        if let Some(Run(alphabet, ..)) = self.rest.last()
            && text.get(end).is_some_and(|byte| alphabet.has(*byte) && *byte != b'=' || byte.is_ascii_alphanumeric())
        {
            return None;
        }
        (entropy(&text[body..end]) >= self.entropy || self.before.is_some()).then_some(())?;
        let proven = self.checksum.map(|Checksum::Crc32Base62| has_checksum(&text[body..end]));
        Some(Token { provider: self, range: start + self.shown..end, proven })
    }
}

/// Nothing that belongs to a longer word stands in front. The letter of an escape (`\n`) does not belong to it.
fn is_beginning(text: &[u8], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| text[before]) else { return true };
    let escaped = at >= 2 && text[at - 2] == b'\\' && matches!(before, b'n' | b'r' | b't');
    escaped || !(before.is_ascii_alphanumeric() || before == b'_')
}

/// Whether a token may begin there: a form with a run in front of its fixed part, behind an escape, or what stands in no word.
fn may_begin(text: &[u8], at: usize) -> bool {
    matches!(text[at], b':' | b'.' | b'-' | b'8') || is_beginning(text, at)
}

/// Every token in a text, in order, apart from one another.
pub fn tokens(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let table = &*BEGINNINGS;
    let mut found = Vec::new();
    let mut from = 0;
    for (at, start) in bytes.windows(2).enumerate() {
        // Most bytes begin nothing, and most of the others stand inside a word, where few forms may begin.
        if !table.pairs[pair(start[0], start[1])] || at < from || !may_begin(bytes, at) {
            continue;
        }
        let fits =
            table.by_first[usize::from(start[0])].iter().filter(|provider| bytes[at..].starts_with(provider.start.as_bytes()));
        if let Some(token) = fits.filter_map(|provider| provider.fits(bytes, at)).max_by_key(|token| token.range.end) {
            from = token.range.end;
            found.push(token);
        }
    }
    found
}

/// GitHub and npm: six letters of base 62 for the CRC-32 of the thirty letters in front.
fn has_checksum(body: &[u8]) -> bool {
    let Some((random, checksum)) = body.split_at_checked(body.len().saturating_sub(6)) else { return false };
    const LETTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut rest = crc32(random) as usize;
    checksum.iter().rev().all(|byte| {
        let letter = LETTERS[rest % 62];
        rest /= 62;
        *byte == letter
    })
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    };
    !bytes.iter().fold(u32::MAX, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters that look made by chance, none of which is a token of anyone.
    fn letters(alphabet: Alphabet, count: usize) -> String {
        let all: Vec<char> = (33..127u8).filter(|byte| alphabet.has(*byte) && *byte != b'=').map(char::from).collect();
        (0..count).map(|index| all[(index * 7 + index * index % 5) % all.len()]).collect()
    }

    fn sample(provider: &Provider) -> String {
        let mut text = provider.before.map(|(alphabet, least, _)| letters(alphabet, least)).unwrap_or_default();
        text.push_str(provider.start);
        for part in provider.rest {
            match part {
                Text(literal) => text.push_str(literal),
                Run(alphabet, least, _) => text.push_str(&letters(*alphabet, *least)),
            }
        }
        text
    }

    #[test]
    fn every_form_begins_with_two_bytes() {
        for provider in PROVIDERS.iter().chain([&WEB_TOKEN]) {
            let [first, second, ..] = provider.start.as_bytes() else { panic!("{}: too short", provider.name) };
            assert!(BEGINNINGS.pairs[pair(*first, *second)], "{}", provider.name);
            assert!(provider.before.is_none() || may_begin(format!("a{}", provider.start).as_bytes(), 1), "{}", provider.name);
        }
    }

    #[test]
    fn every_form_is_found_in_a_line_and_nowhere_else() {
        for provider in PROVIDERS.iter().chain([&WEB_TOKEN]) {
            let token = sample(provider);
            let line = format!("RUN echo \"{token}\" \\\n");
            let found = tokens(&line);
            assert_eq!(found.len(), 1, "{line}");
            assert_eq!(found[0].provider.name, provider.name, "{line}");
            assert_eq!(&line[found[0].range.clone()], &token[provider.shown..]);
            if provider.before.is_none() {
                assert_eq!(tokens(&format!("word{token}")).iter().filter(|found| found.provider == provider).count(), 0);
            }
        }
        assert!(PROVIDERS.len() >= 60);
    }

    #[test]
    fn a_checksum_proves_a_token() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        let random = "abcdefghijABCDEFGHIJ0123456789";
        let mut rest = crc32(random.as_bytes()) as usize;
        let mut checksum = Vec::new();
        for _ in 0..6 {
            checksum.insert(0, b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[rest % 62]);
            rest /= 62;
        }
        let good = format!("ghp_{random}{}", String::from_utf8(checksum).unwrap());
        assert_eq!(tokens(&good)[0].proven, Some(true));
        assert_eq!(tokens(&format!("ghp_{random}aaaaaa"))[0].proven, Some(false));
    }

    #[test]
    fn other_texts_hold_no_token() {
        for text in [
            "sk-",
            "npm_config_cache",
            "key-value",
            "ghp_short",
            "SKIP_TESTS=1",
            "https://hooks.slack.com/services/",
            "pattern.matching",
            "AKIAIOSFODNN7",
            "ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "eyJ.eyJ.x",
            "_authToken=${NPM_TOKEN}",
        ] {
            assert_eq!(tokens(text), [], "{text}");
        }
    }

    #[test]
    fn a_token_behind_an_escape_is_found() {
        let token = sample(&PROVIDERS[3]);
        assert_eq!(tokens(&format!("a\\n{token}")).len(), 1);
    }
}
