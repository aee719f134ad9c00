//! Money: an integer number of minor units with an ISO 4217 code, never a float.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::limits::MAX_PROBABILITY_BP;

/// Codes whose minor unit is the unit itself.
const WITHOUT_MINOR: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
/// Codes with a thousandth as minor unit.
const WITH_THOUSANDTHS: &str = "BHD IQD JOD KWD LYD OMR TND";
/// Codes with four decimals.
const WITH_FOUR: &str = "CLF UYW";
/// All other codes in use.
const WITH_HUNDREDTHS: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP \
BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ \
GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU \
MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD \
SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD YER ZAR ZMW ZWG";

/// An ISO 4217 currency.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: [u8; 3],
}

impl Currency {
    /// The US dollar: the default of a workspace.
    pub const USD: Self = Self { code: *b"USD" };

    /// Reads a code in use, capital letters only.
    pub fn parse(text: &str) -> Option<Self> {
        let code: [u8; 3] = text.as_bytes().try_into().ok()?;
        let currency = Self { code };
        let known = [WITHOUT_MINOR, WITH_THOUSANDTHS, WITH_FOUR, WITH_HUNDREDTHS];
        known
            .iter()
            .any(|list| currency.listed_in(list))
            .then_some(currency)
    }

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or("XXX")
    }

    /// Decimal digits between the unit and its minor unit.
    pub fn minor_digits(&self) -> u32 {
        if self.listed_in(WITHOUT_MINOR) {
            0
        } else if self.listed_in(WITH_THOUSANDTHS) {
            3
        } else if self.listed_in(WITH_FOUR) {
            4
        } else {
            2
        }
    }

    fn listed_in(&self, list: &str) -> bool {
        list.split(' ').any(|code| code.as_bytes() == self.code)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Currency({})", self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::parse(&code)
            .ok_or_else(|| serde::de::Error::custom(format!("unknown currency '{code}'")))
    }
}

/// An amount of a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// Minor units (cents, 分).
    pub amount_minor: i64,
    /// Their currency.
    pub currency: Currency,
}

impl Money {
    /// An amount of a currency.
    pub const fn new(amount_minor: i64, currency: Currency) -> Self {
        Self {
            amount_minor,
            currency,
        }
    }
}

/// Amount × probability, rounded half up, in minor units (DOMAIN.md §5). Rounded per deal, then summed.
pub const fn weighted_minor(amount_minor: i64, probability_bp: u16) -> i64 {
    let whole = MAX_PROBABILITY_BP as i128;
    let product = amount_minor as i128 * probability_bp as i128;
    // Bounded by the amount itself, because a probability is at most the whole.
    (product + whole / 2).div_euclid(whole) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minor_digits_follow_iso_4217() {
        for (code, digits) in [("USD", 2), ("CNY", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4)] {
            let currency = Currency::parse(code).unwrap();
            assert_eq!(currency.minor_digits(), digits, "{code}");
            assert_eq!(currency.code(), code);
        }
        for bad in ["usd", "US", "USDT", "ABC", "", "元"] {
            assert_eq!(Currency::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn weighting_rounds_half_up() {
        assert_eq!(weighted_minor(1, 5_000), 1);
        assert_eq!(weighted_minor(1, 4_999), 0);
        assert_eq!(weighted_minor(-1, 5_000), 0);
        assert_eq!(weighted_minor(1_000_000, 1_000), 100_000);
        assert_eq!(weighted_minor(i64::MAX, MAX_PROBABILITY_BP), i64::MAX);
    }
}
