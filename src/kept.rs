//! Values that are made when somebody asks for them, and given back when nobody will any more.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A value that is kept from when it is first asked for until [`Kept::give_back`]. Who has it keeps it; who asks again has it made again, so
/// it has to be the same each time.
#[derive(Debug)]
pub struct Kept<T>(Mutex<Option<Arc<T>>>);

impl<T> Kept<T> {
    /// The value, made where it is not there. Others who ask wait meanwhile, so `make` may not hand work to other threads.
    pub fn get_or_make(&self, make: impl FnOnce() -> T) -> Arc<T> {
        let mut held = self.held();
        Arc::clone(held.get_or_insert_with(|| Arc::new(make())))
    }

    /// As [`Self::get_or_make`], for what may turn out not to be: that is not kept.
    pub fn get_or_try(&self, make: impl FnOnce() -> Option<T>) -> Option<Arc<T>> {
        let mut held = self.held();
        if held.is_none() {
            *held = make().map(Arc::new);
        }
        held.clone()
    }

    /// Forgets the value; its memory goes with the last who has it.
    pub fn give_back(&self) {
        let value = self.held().take();
        drop(value);
    }

    /// A panic while it was made leaves it empty.
    fn held(&self) -> MutexGuard<'_, Option<Arc<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    #[test]
    fn a_value_is_made_once_until_it_is_given_back() {
        let place = Kept::default();
        let first = place.get_or_make(|| vec![1]);
        assert!(Arc::ptr_eq(&first, &place.get_or_make(|| unreachable!("it is there"))));
        place.give_back();
        assert_eq!((first, place.get_or_make(|| vec![2])), (vec![1].into(), vec![2].into()));
    }

    #[test]
    fn what_is_not_is_asked_for_again() {
        let place = Kept::default();
        assert_eq!((place.get_or_try(|| None), place.get_or_try(|| Some(1))), (None, Some(Arc::new(1))));
        place.give_back();
        assert!(catch_unwind(AssertUnwindSafe(|| place.get_or_make(|| panic!("not made")))).is_err());
        assert_eq!(place.get_or_make(|| 2), Arc::new(2));
    }
}
