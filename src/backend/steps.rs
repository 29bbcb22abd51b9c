//! Steps: what whoever tests crash-safety is told of, at each place where a crash must do no harm. Nobody listens otherwise.

use std::{fmt, sync::Arc};

/// Is told of each step as it is reached.
#[derive(Clone, Default)]
pub struct Steps(Option<Arc<dyn Fn(&'static str) + Send + Sync>>);

impl Steps {
    /// Tells this function. It may end the process.
    pub fn tell(listener: impl Fn(&'static str) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }

    /// A step is reached.
    pub(crate) fn reach(&self, step: &'static str) {
        if let Some(listener) = &self.0 {
            listener(step);
        }
    }
}

impl fmt::Debug for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Steps(told)" } else { "Steps" })
    }
}
