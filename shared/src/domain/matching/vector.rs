//! Dense vectors: what a text means, as 256 small whole numbers. Only their direction counts.

/// How many numbers a vector has.
pub const DIMENSIONS: usize = 256;

/// The cosine of vectors that point the same way.
const SCALE: i64 = 100_000;

/// How finely lengths are known: the shortest vectors are a few units long.
const FINE: i64 = 64;

/// The length to which vectors are brought before they are added.
const UNIT: i64 = 1 << 24;

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
        self.cosine_within(other, self.length() * other.length())
    }

    /// The same, given the product of the two lengths.
    pub(super) fn cosine_within(&self, other: &Self, lengths: i64) -> i32 {
        let cosine = i64::from(self.dot(other)) * SCALE * FINE * FINE / lengths.max(1);
        i32::try_from(cosine.clamp(-SCALE, SCALE)).unwrap_or_default()
    }

    /// The length, in 64ths.
    pub(super) fn length(&self) -> i64 {
        (i64::from(self.dot(self)) * FINE * FINE).isqrt()
    }

    /// The direction of several together, each by its weight; `None` when they point nowhere.
    pub(super) fn pool<'a>(parts: impl Iterator<Item = (u32, &'a Self)>) -> Option<Self> {
        let mut sums = [0i64; DIMENSIONS];
        for (weight, vector) in parts {
            let length = vector.length().max(1);
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

    /// The dot product, exact.
    fn dot(&self, other: &Self) -> i32 {
        let products = self.0.iter().zip(&other.0);
        products.map(|(a, b)| i32::from(*a) * i32::from(*b)).sum()
    }
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
    fn what_has_no_direction_or_another_length_is_no_vector() {
        assert_eq!(Vector::new(&[0; DIMENSIONS]), Err(VectorError::Zero));
        assert_eq!(Vector::new(&[1; 255]), Err(VectorError::Length));
        assert_eq!(Vector::from_bytes(&[1; 257]), Err(VectorError::Length));
    }
}
