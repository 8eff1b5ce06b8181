//! Times as people write them: 10s, 500ms, 5m, 1h, or a bare number of seconds.

use std::time::Duration;

/// Reads a time above zero.
///
/// # Errors
/// Says what a time looks like.
pub fn parse(text: &str) -> Result<Duration, String> {
    let split = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let scale = match unit {
        "ms" => 1e-3,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err(complaint()),
    };
    let seconds = number.trim().parse::<f64>().map_err(|_| complaint())? * scale;
    let duration = Duration::try_from_secs_f64(seconds).map_err(|_| complaint())?;
    if duration.is_zero() { Err(complaint()) } else { Ok(duration) }
}

fn complaint() -> String {
    "a time is above zero and written like 500ms, 10s, 5m or 1h".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_people_write_them() {
        assert_eq!(parse("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse("10"), Ok(Duration::from_secs(10)));
        assert_eq!(parse("1.5m"), Ok(Duration::from_secs(90)));
        for bad in ["", "0", "-1s", "s", "10 years", "1e300h", "NaN", "inf"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
