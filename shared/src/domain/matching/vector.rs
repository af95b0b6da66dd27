//! Dense vectors: what a text means, as 256 small whole numbers. Only their direction counts.

/// How many numbers a vector has.
pub const DIMENSIONS: usize = 256;

/// The cosine of vectors that point the same way.
const SCALE: i32 = 100_000;

/// How finely lengths are known: the shortest vectors are a few units long.
const FINE: i32 = 64;

/// The length to which vectors are brought before they are added.
const UNIT: i64 = 1 << 24;

/// How many sums a dot product is added up in: as many as the registers of any processor hold.
const SUMS: usize = 32;

/// What a text means to a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Vector([i8; DIMENSIONS]);

/// These numbers are no vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VectorError {
    /// There are more or fewer than [`DIMENSIONS`].
    #[error("a vector has {DIMENSIONS} numbers")]
    Length,
    /// They point nowhere.
    #[error("a vector of zeros points nowhere")]
    Zero,
}

impl Vector {
    /// Takes numbers from -127 to 127, of which some are not 0.
    ///
    /// # Errors
    /// When there are more or fewer than [`DIMENSIONS`], or all are 0.
    pub fn new(numbers: &[i8]) -> Result<Self, VectorError> {
        let numbers: [i8; DIMENSIONS] = numbers.try_into().map_err(|_| VectorError::Length)?;
        if numbers.iter().all(|number| *number == 0) {
            return Err(VectorError::Zero);
        }
        Ok(Self(numbers.map(|number| number.max(-i8::MAX))))
    }

    /// Reads a vector as it is stored: two's complement, one byte a number.
    ///
    /// # Errors
    /// When there are more or fewer than [`DIMENSIONS`], or all are 0.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, VectorError> {
        let numbers: Vec<i8> = bytes.iter().map(|byte| byte.cast_signed()).collect();
        Self::new(&numbers)
    }

    /// Returns the bytes to store.
    #[must_use]
    pub fn to_bytes(self) -> [u8; DIMENSIONS] {
        self.0.map(i8::cast_unsigned)
    }

    /// Returns the cosine of the angle between two vectors in hundred-thousandths, -100 000 to 100 000, rounded towards 0.
    #[must_use]
    pub fn cosine(&self, other: &Self) -> i32 {
        let dot = dot(&self.0.map(i16::from), &other.0);
        cosine(dot, (self.length(), other.length()))
    }

    /// The same for many others, given their lengths.
    pub(super) fn cosines(&self, others: &[Self], lengths: &[i32]) -> Vec<i32> {
        let (numbers, own) = (self.0.map(i16::from), self.length());
        let mut cosines: Vec<i32> = others.iter().map(|other| dot(&numbers, &other.0)).collect();
        // One loop for each: in a loop with nothing else there are several divisions at once.
        for (number, length) in cosines.iter_mut().zip(lengths) {
            *number = cosine(*number, (own, *length));
        }
        cosines
    }

    /// The length, in 64ths.
    pub(super) fn length(&self) -> i32 {
        let dot = dot(&self.0.map(i16::from), &self.0);
        let square = i64::from(dot) * i64::from(FINE * FINE);
        i32::try_from(square.isqrt()).unwrap_or(i32::MAX)
    }

    /// The direction of several together, each by its weight; `None` when they point nowhere.
    pub(super) fn pool<'a>(parts: impl Iterator<Item = (u32, &'a Self)>) -> Option<Self> {
        let mut sums = [0i64; DIMENSIONS];
        for (weight, vector) in parts {
            let length = i64::from(vector.length());
            for (sum, number) in sums.iter_mut().zip(&vector.0) {
                *sum += i64::from(*number) * i64::from(weight) * UNIT / length;
            }
        }
        let largest = sums
            .iter()
            .map(|sum| sum.abs())
            .max()
            .filter(|sum| *sum > 0)?;
        let number = |sum: i64| i8::try_from(sum * 127 / largest).unwrap_or_default();
        Self::new(&sums.map(number)).ok()
    }
}

/// The dot product, exact. Sums side by side and one side in 16 bits are what compilers make vector instructions of.
fn dot(one: &[i16; DIMENSIONS], other: &[i8; DIMENSIONS]) -> i32 {
    let mut sums = [0; SUMS];
    let chunks = other.as_chunks::<SUMS>().0;
    for (one, other) in one.as_chunks::<SUMS>().0.iter().zip(chunks) {
        for ((sum, a), b) in sums.iter_mut().zip(one).zip(other) {
            *sum += i32::from(*a) * i32::from(*b);
        }
    }
    sums.iter().sum()
}

/// A dot product over both lengths, in hundred-thousandths, rounded towards 0.
///
/// It is what whole numbers give, in less time: both sides of the division are exact, and no quotient that is not whole comes
/// so near to the next whole number that rounding could reach it.
#[expect(clippy::cast_possible_truncation, reason = "no cosine is that large")]
fn cosine(dot: i32, (own, other): (i32, i32)) -> i32 {
    let lengths = f64::from(own) * f64::from(other);
    let cosine = f64::from(dot) * f64::from(SCALE * FINE * FINE) / lengths;
    cosine.clamp(f64::from(-SCALE), f64::from(SCALE)) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_survives_its_bytes() {
        let mut numbers = [0; DIMENSIONS];
        (numbers[0], numbers[1], numbers[255]) = (-127, 5, 127);
        let vector = Vector::new(&numbers).unwrap();

        assert_eq!(Vector::from_bytes(&vector.to_bytes()), Ok(vector));
        assert_eq!(vector.cosine(&vector), 100_000);
    }

    #[test]
    fn several_together_point_between_them() {
        let of = |place: usize, number: i8| {
            let mut numbers = [0; DIMENSIONS];
            numbers[place] = number;
            Vector::new(&numbers).unwrap()
        };
        let (one, other) = (of(0, 127), of(1, 10));

        let both = Vector::pool([(1, &one), (1, &other)].into_iter()).unwrap();

        assert_eq!(both.cosine(&one), both.cosine(&other));
        assert!(
            (70_000..71_500).contains(&both.cosine(&one)),
            "{}",
            both.cosine(&one)
        );
        assert_eq!(one.cosine(&other), 0);
        assert_eq!(one.cosine(&of(0, -3)), -100_000);
        assert_eq!(
            Vector::pool([(1, &one), (1, &of(0, -127))].into_iter()),
            None
        );
    }

    #[test]
    fn a_division_of_large_numbers_is_that_of_whole_ones() {
        let largest = i32::try_from(DIMENSIONS).unwrap() * 127 * 127;
        let scale = i64::from(SCALE * FINE * FINE);
        for step in 0..200_000 {
            let dot = (step * 7919) % (2 * largest + 1) - largest;
            let lengths = (64 + step * 31 % 130_000, 64 + step * 10_007 % 130_001);
            let product = i64::from(lengths.0) * i64::from(lengths.1);
            let whole = (i64::from(dot) * scale / product).clamp(-100_000, 100_000);
            assert_eq!(i64::from(cosine(dot, lengths)), whole);
            // Just at a whole number, and as little below it as there is.
            let whole = i64::from(step % 100_000 + 1);
            let at = i32::try_from(whole * product / scale)
                .unwrap_or(largest)
                .min(largest);
            for dot in [at, at + 1] {
                let exact = (i64::from(dot) * scale / product).min(100_000);
                assert_eq!(i64::from(cosine(dot, lengths)), exact);
            }
        }
    }

    #[test]
    fn what_has_no_direction_or_another_length_is_no_vector() {
        assert_eq!(Vector::new(&[0; DIMENSIONS]), Err(VectorError::Zero));
        assert_eq!(Vector::new(&[1; 255]), Err(VectorError::Length));
        assert_eq!(Vector::from_bytes(&[1; 257]), Err(VectorError::Length));
    }
}
