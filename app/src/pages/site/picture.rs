//! The picture on the home page: two workspaces side by side, each a sheet on its own parcel. It uses the CSS tokens and the
//! logo of the real pages, so it always looks like them. Its content is made up, and nothing in it can be clicked.

use leptos::prelude::*;

use crate::components::{Lot, Mark};

/// The land under the sheets. This SVG contains no text from outside, so it is inserted without escaping.
const GROUND: &str = include_str!("ground.svg");

const SEEN: &str = "Two workspaces on a plan of parcels, each in its own colour: Harbour with its four members, \
                    and Birch with its address and its owner.";

const HARBOUR: Lot = Lot::numbered(3);
const BIRCH: Lot = Lot::numbered(6);

/// The example members: display name, username, role, last sign-in.
const MEMBERS: [[&str; 4]; 4] = [
    ["Ada Nowak", "ada", "Owner", "now"],
    ["Jonas Berg", "jonas", "Admin", "2 hours ago"],
    ["Mei Tanaka", "mei", "Member", "yesterday"],
    ["Samuel Okafor", "samuel", "Member", "3 days ago"],
];

/// The whole picture. To a screen reader it is one image with a description.
#[component]
pub fn Picture(
    /// The base host with its port, for the addresses of the two workspaces.
    street: String,
) -> impl IntoView {
    let (harbour, birch) = (format!("harbour.{street}"), format!("birch.{street}"));
    view! {
        <figure class="picture">
            <div class="stage" role="img" aria-label=SEEN>
                <div class="ground" inner_html=GROUND></div>
                <Paper hue="19" lot=HARBOUR name="Harbour" address=harbour here="Members"><Members /></Paper>
                <Paper hue="9" lot=BIRCH name="Birch" address=birch.clone() here="Dashboard"><Extract address=birch /></Paper>
            </div>
            <figcaption class="plan-caption">
                <span>"Each parcel is a workspace with its own address"</span>
                <span>{street}</span>
            </figcaption>
        </figure>
    }
}

/// The page of one workspace, with its masthead.
#[component]
fn Paper(
    hue: &'static str,
    lot: Lot,
    name: &'static str,
    address: String,
    here: &'static str,
    children: Children,
) -> impl IntoView {
    let link = |text| view! { <span class:here=text == here>{text}</span> };
    view! {
        <div class="paper" data-hue=hue>
            <div class="paper-head">
                <Mark lot />
                <p>{name}<span class="where">{address}</span></p>
                <div class="paper-nav">{["Dashboard", "Members", "Account"].map(link).collect_view()}</div>
            </div>
            <div class="paper-body">{children()}</div>
        </div>
    }
}

/// The table of a workspace's members.
#[component]
fn Members() -> impl IntoView {
    let row = |[name, username, role, seen]: [&'static str; 4]| {
        view! {
            <div>
                <p><strong>{name}</strong><small>{username}</small></p>
                <span class="role">{role}</span>
                <span class="seen">{seen}</span>
            </div>
        }
    };
    view! {
        <div class="paper-top"><p class="title">"Members"</p><span class="paper-button">"Add a member"</span></div>
        <div class="rows">
            <div><span>"Name"</span><span>"Role"</span><span class="seen">"Last sign-in"</span></div>
            {MEMBERS.map(row).collect_view()}
        </div>
    }
}

/// The details on a workspace's dashboard: address, date of creation, signed-in user and role.
#[component]
fn Extract(address: String) -> impl IntoView {
    view! {
        <p class="title">"Birch"</p>
        <div class="facts">
            <dl>
                <div><dt>"Address"</dt><dd>{address}</dd></div>
                <div><dt>"Created"</dt><dd>"3 March 2026"</dd></div>
                <div><dt>"Signed in as"</dt><dd>"lena"</dd></div>
                <div><dt>"Role"</dt><dd><span class="role">"Owner"</span></dd></div>
            </dl>
            <Mark lot=BIRCH />
        </div>
    }
}
