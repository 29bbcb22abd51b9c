//! The land register's plan: six lots round a crossing, one of which is the workspace's; drawn small they are its mark
//! (`mark.rs`). Lot and hue follow from the tenant's id, so that a person sees at a glance where they are.

use domain::TenantId;
use leptos::prelude::*;

/// One of the six lots, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lot(u8);

impl Lot {
    /// Freehold's own.
    pub const FREEHOLD: Self = Self::numbered(5);

    /// One that is drawn, not owned.
    pub const fn numbered(number: u8) -> Self {
        Self((number - 1) % 6)
    }

    /// A tenant's; from another random byte than its hue.
    pub fn of(tenant: TenantId) -> Self {
        Self(tenant.as_bytes()[14] % 6)
    }

    /// Its place in a drawing, counted from 0.
    pub fn index(self) -> u8 {
        self.0
    }

    /// As people count.
    pub fn number(self) -> u8 {
        self.0 + 1
    }
}

/// The plan: a figure with its caption. Without a lot all six are vacant.
#[component]
pub fn Plan(
    /// The workspace's.
    #[prop(optional)]
    lot: Option<Lot>,
    /// The street: host and port of Freehold.
    street: String,
    /// Left and right under the plan.
    caption: (String, String),
) -> impl IntoView {
    let parcel = lot.map(|lot| lot.0.to_string()).unwrap_or_default();
    view! {
        <figure class:beside=lot.is_none()>
            <svg class="plan" viewBox="-60 -10 600 500" aria-hidden="true">
                <path class="adjoining" d=ADJOINING />
                <g class="lots" data-parcel=parcel.clone()>
                    {LOTS.map(|outline| view! { <path d=outline /> }).collect_view()}
                </g>
                <g class="numbers" data-parcel=parcel>
                    {(1..).zip(NUMBERS).map(|(number, (x, y))| view! { <text x=x y=y>{number}</text> }).collect_view()}
                </g>
                <text class="street" transform="translate(240 237) rotate(-10.3)">{street}</text>
                <g class="stones">
                    {STONES.map(|(x, y)| view! { <circle cx=x cy=y r="4" /> }).collect_view()}
                </g>
                <g class="instrument"><path d="M514 392l7 26-7-6-7 6z" /></g>
                <text x="514" y="434">"N"</text>
            </svg>
            <figcaption class="plan-caption"><span>{caption.0}</span><span>{caption.1}</span></figcaption>
        </figure>
    }
}

const ADJOINING: &str = "M-60 40H-8V252l-52 9M-60 150H-8M-60 312l52-9V440h-52M540 40h-52v112l52-9M540 205l-52 9v226h52\
                         M488 330h52M20-10v22h170v-22M204-10v22h106v-22M324-10v22h136v-22M20 490v-22h120v22\
                         M154 490v-22h146v22M316 490v-22h144v22";

const LOTS: [&str; 6] = [
    "M20 40h160l12 178-172 32z",
    "M204 40h96l12 158-96 16z",
    "M324 40h136v130l-124 22z",
    "M20 300l110-20 10 160H20z",
    "M154 276l126-24 12 188H164z",
    "M304 248l156-28v220H316z",
];

const NUMBERS: [(u16, u16); 6] = [(104, 140), (254, 130), (392, 118), (78, 372), (222, 360), (384, 344)];

const STONES: [(u16, u16); 8] =
    [(20, 40), (460, 40), (20, 250), (460, 170), (20, 300), (460, 220), (20, 440), (460, 440)];
