//! Amounts as people read them.

/// Currencies whose minor unit is the unit itself (ISO 4217).
const WHOLE: &[&str] = &[
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND",
    "VUV", "XAF", "XOF", "XPF",
];

/// Currencies of which a unit has a thousand parts.
const THOUSANDTHS: &[&str] = &["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

/// Writes an amount of minor units, as in `45.00 EUR`.
#[must_use]
pub fn money(amount: i32, currency: &str) -> String {
    let digits = if WHOLE.contains(&currency) {
        return format!("{amount} {currency}");
    } else if THOUSANDTHS.contains(&currency) {
        3
    } else {
        2
    };
    let unit = 10_u32.pow(digits);
    let (sign, amount) = (if amount < 0 { "-" } else { "" }, amount.unsigned_abs());
    let width = digits as usize;
    format!(
        "{sign}{}.{:0width$} {currency}",
        amount / unit,
        amount % unit
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_currency_has_its_own_decimals() {
        assert_eq!(money(4500, "EUR"), "45.00 EUR");
        assert_eq!(money(5, "USD"), "0.05 USD");
        assert_eq!(money(-150, "USD"), "-1.50 USD");
        assert_eq!(money(4500, "JPY"), "4500 JPY");
        assert_eq!(money(4505, "KWD"), "4.505 KWD");
    }
}
