//! Coordinates as people write them: `31.2304,121.4737`, in degrees.

use sluice_proto::v1;

/// Decimals of a degree that are kept.
const DECIMALS: usize = 7;
/// Ten-millionths in a degree.
const SCALE: i64 = 10_000_000;
const MAX_LATITUDE: i64 = 90;
const MAX_LONGITUDE: i64 = 180;

/// Reads `LATITUDE,LONGITUDE` in degrees; south and west are negative.
pub fn parse(text: &str) -> Result<v1::Coordinates, String> {
    let (latitude, longitude) = text
        .split_once(',')
        .ok_or_else(|| format!("'{text}' is no place: write it as 31.2304,121.4737"))?;
    Ok(v1::Coordinates {
        latitude_e7: degrees(latitude, MAX_LATITUDE)?,
        longitude_e7: degrees(longitude, MAX_LONGITUDE)?,
    })
}

/// Reads degrees with up to seven decimals; further ones are cut off.
fn degrees(text: &str, most: i64) -> Result<i32, String> {
    let text = text.trim();
    let wrong = || format!("'{text}' is no number of degrees between -{most} and {most}");
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(decimals) {
        return Err(wrong());
    }
    let kept: String = decimals
        .chars()
        .chain("0000000".chars())
        .take(DECIMALS)
        .collect();
    let whole: i64 = whole.parse().map_err(|_| wrong())?;
    let part: i64 = kept.parse().map_err(|_| wrong())?;
    let value = whole
        .checked_mul(SCALE)
        .and_then(|whole| whole.checked_add(part));
    let value = value
        .filter(|value| *value <= most * SCALE)
        .ok_or_else(wrong)?;
    i32::try_from(if negative { -value } else { value }).map_err(|_| wrong())
}

/// Writes `31.2304000,121.4737000`.
pub fn write(place: &v1::Coordinates) -> String {
    let one = |value: i32| {
        let sign = if value < 0 { "-" } else { "" };
        let value = i64::from(value).abs();
        format!("{sign}{}.{:07}", value / SCALE, value % SCALE)
    };
    format!("{},{}", one(place.latitude_e7), one(place.longitude_e7))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn places_are_read_exactly_and_written_back() {
        let place = parse("31.2304, -121.47370009").unwrap();
        assert_eq!(
            (place.latitude_e7, place.longitude_e7),
            (312_304_000, -1_214_737_000)
        );
        assert_eq!(write(&place), "31.2304000,-121.4737000");
        assert_eq!(
            write(&parse("-0.5,+180").unwrap()),
            "-0.5000000,180.0000000"
        );
        for bad in [
            "",
            "1",
            "a,b",
            "91,0",
            "0,180.0000001",
            "1e3,0",
            ".5,0",
            "1,,2",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
