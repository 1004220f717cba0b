//! ISO 4217 currencies in use, with their decimals and the signs people type. Never here: amounts.

use crate::lang::Lang;
use std::fmt;

/// An ISO 4217 code in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

/// Active codes of ISO 4217 (list one, without funds, metals and test codes).
const CODES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF \
CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF \
IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT \
MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR \
SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV \
WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

const NO_DECIMALS: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
const THREE_DECIMALS: &str = "BHD IQD JOD KWD LYD OMR TND";

impl Currency {
    pub const JPY: Currency = Currency(*b"JPY");
    pub const USD: Currency = Currency(*b"USD");
    pub const EUR: Currency = Currency(*b"EUR");
    pub const GBP: Currency = Currency(*b"GBP");

    /// Reads an upper-case code that is in use.
    pub fn from_code(code: &str) -> Option<Currency> {
        let bytes: [u8; 3] = code.as_bytes().try_into().ok()?;
        CODES.split_whitespace().any(|known| known == code).then_some(Currency(bytes))
    }

    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Digits after the decimal point: JPY 0, USD 2, KWD 3.
    pub fn decimals(self) -> u8 {
        if NO_DECIMALS.split_whitespace().any(|c| c == self.code()) {
            0
        } else if THREE_DECIMALS.split_whitespace().any(|c| c == self.code()) {
            3
        } else {
            2
        }
    }

    /// The sign where it is unmistakable. CLDR gives Japanese the full-width yen sign.
    pub(super) fn symbol(self, lang: Lang) -> Option<&'static str> {
        match (self, lang) {
            (Currency::JPY, Lang::Ja) => Some("￥"),
            (Currency::JPY, Lang::En) => Some("¥"),
            (Currency::USD, _) => Some("$"),
            (Currency::EUR, _) => Some("€"),
            (Currency::GBP, _) => Some("£"),
            _ => None,
        }
    }

    /// Signs and words, lower case NFKC, longer before shorter.
    pub(super) const WORDS: [(&'static str, Currency); 14] = [
        ("米ドル", Currency::USD),
        ("us dollars", Currency::USD),
        ("us$", Currency::USD),
        ("dollars", Currency::USD),
        ("euros", Currency::EUR),
        ("ユーロ", Currency::EUR),
        ("ポンド", Currency::GBP),
        ("ドル", Currency::USD),
        ("yen", Currency::JPY),
        ("円", Currency::JPY),
        ("¥", Currency::JPY),
        ("$", Currency::USD),
        ("€", Currency::EUR),
        ("£", Currency::GBP),
    ];
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
