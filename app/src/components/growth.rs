//! The size of the database and a small area chart of its growth over the last 90 days. The server draws it as SVG.

use domain::Size;
use leptos::prelude::*;

const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 72.0;
/// Space above the highest point of the chart.
const AIR: f64 = 8.0;

/// The current size, the change since the first measurement, and the chart. `sizes` is in order of time; the last one is
/// current.
#[component]
pub fn Growth(sizes: Vec<Size>) -> impl IntoView {
    let now = sizes.last().map_or(0, |size| size.bytes);
    let first = sizes.first().copied().filter(|_| sizes.len() > 1);
    let change =
        first.map(|first| format!("{} since {}", difference(first.bytes, now), first.at.strftime("%-d %B %Y")));
    let chart = first.map(|_| {
        let (line, area) = course(&sizes);
        view! {
            <svg class="growth" viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true">
                <path class="area" d=area />
                <path class="line" d=line vector-effect="non-scaling-stroke" />
            </svg>
        }
    });
    view! {
        <p class="figure">{bytes(now)}</p>
        {chart}
        <p class="muted">{change.unwrap_or_else(|| "The growth chart appears after one day.".to_owned())}</p>
    }
}

/// The SVG paths of the line through the measurements and of the area below it.
fn course(sizes: &[Size]) -> (String, String) {
    let (from, to) = sizes.first().zip(sizes.last()).map_or((0, 1), |(a, b)| (a.at.as_second(), b.at.as_second()));
    let most = sizes.iter().map(|size| size.bytes).max().unwrap_or(1).max(1);
    let x = |size: &Size| part(size.at.as_second() - from, (to - from).max(1)) * WIDTH;
    let y = |size: &Size| HEIGHT - part_of(size.bytes, most) * (HEIGHT - AIR);
    let points: Vec<_> = sizes.iter().map(|size| format!("{:.1} {:.1}", x(size), y(size))).collect();
    let line = format!("M{}", points.join("L"));
    (line.clone(), format!("{line}L{WIDTH} {HEIGHT}L0 {HEIGHT}z"))
}

#[expect(clippy::cast_precision_loss, reason = "a picture of 300 points needs no more")]
fn part(of: i64, all: i64) -> f64 {
    of as f64 / all as f64
}

#[expect(clippy::cast_precision_loss, reason = "a picture of 72 points needs no more")]
fn part_of(of: u64, all: u64) -> f64 {
    of as f64 / all as f64
}

fn difference(then: u64, now: u64) -> String {
    match now.cmp(&then) {
        std::cmp::Ordering::Greater => format!("{} more", bytes(now - then)),
        std::cmp::Ordering::Less => format!("{} less", bytes(then - now)),
        std::cmp::Ordering::Equal => "Unchanged".to_owned(),
    }
}

/// A size for readers, such as `84.0 kB` or `1.3 GB`. Units are powers of 1000.
fn bytes(bytes: u64) -> String {
    let units = ["kB", "MB", "GB", "TB"];
    let steps = std::iter::successors(Some(part_of(bytes, 1000)), |size| Some(size / 1000.0));
    let (size, unit) =
        steps.zip(units).find(|(size, _)| *size < 999.95).unwrap_or((part_of(bytes, 10_u64.pow(12)), "TB"));
    format!("{size:.1} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    #[test]
    fn sizes_read_as_people_say_them() {
        for (size, words) in [(0, "0.0 kB"), (86_016, "86.0 kB"), (999_999, "1.0 MB"), (1_300_000_000, "1.3 GB")] {
            assert_eq!(bytes(size), words);
        }
        assert_eq!((difference(1000, 3000), difference(5, 5)), ("2.0 kB more".into(), "Unchanged".into()));
    }

    #[test]
    fn the_course_spans_the_picture_from_the_first_measure_to_the_last() {
        let size = |second, bytes| Size { at: Timestamp::from_second(second).unwrap(), bytes };
        let (line, _) = course(&[size(0, 50), size(50, 100), size(100, 100)]);
        assert_eq!(line, "M0.0 40.0L150.0 8.0L300.0 8.0");
    }
}
