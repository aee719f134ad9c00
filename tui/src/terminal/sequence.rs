//! A control sequence being put together, without memory of its own: a first paint writes a thousand of them.

/// Room for the longest there is: two true colours and nine modifiers.
const MAX_SEQUENCE: usize = 80;

/// Bytes of a control sequence; what does not fit is left away.
#[derive(Clone, Copy, Debug)]
pub struct Sequence {
    bytes: [u8; MAX_SEQUENCE],
    length: usize,
}

impl Sequence {
    /// An empty one.
    pub const fn new() -> Self {
        Self {
            bytes: [0; MAX_SEQUENCE],
            length: 0,
        }
    }

    /// What it is so far.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// How many bytes it has.
    pub const fn len(&self) -> usize {
        self.length
    }

    /// True when it has none.
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Appends a byte.
    pub fn byte(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.length) {
            *place = byte;
            self.length += 1;
        }
    }

    /// Appends the beginning of every control sequence.
    pub fn begin(mut self) -> Self {
        self.byte(b'\x1b');
        self.byte(b'[');
        self
    }

    /// Appends a number in decimal digits.
    pub fn number(&mut self, number: u16) {
        let mut divisor = 1;
        while number / divisor >= 10 {
            divisor *= 10;
        }
        while divisor > 0 {
            // One digit.
            self.byte(b'0' + u8::try_from(number / divisor % 10).unwrap_or(0));
            divisor /= 10;
        }
    }
}

impl Default for Sequence {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_decimal_digits_and_nothing_runs_over() {
        for number in [0, 7, 10, 99, 100, 4_095, 65_535] {
            let mut sequence = Sequence::new().begin();
            sequence.number(number);
            assert_eq!(sequence.as_bytes(), format!("\x1b[{number}").as_bytes());
        }
        let mut full = Sequence::new();
        (0..200).for_each(|_| full.byte(b'x'));
        assert_eq!(full.len(), MAX_SEQUENCE);
    }
}
