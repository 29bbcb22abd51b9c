//! `/sign-up` on the base host: the form for a new workspace, and the server function that creates it. The owner is passed to
//! the workspace's own host by a code, because a cookie set on this host is not valid there.

use backend::{Backend, SignUpPolicy};
use domain::{SignUpForm, TenantName};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    Form, TenantField, UiError,
    components::{Field, FormKey, Lot, PageTitle, SiteLayout, Vacant},
    forms::{answer::answer, flash, tenant_field::with_suggestion},
    paths::{FIND, SIGN_UP, WELCOME},
    request::context,
};

const FORM: &str = SignUp::PATH;

/// Creates a workspace. Returns the URL where its owner is signed in.
#[server(prefix = "/_fn", endpoint = "sign-up")]
pub async fn sign_up(
    /// The workspace and its first owner.
    #[server(flatten)]
    form: SignUpForm,
) -> Result<String, UiError> {
    // People write "Acme", and phones do it for them: in this form capitals are no mistake.
    let typed = form.tenant;
    let form = SignUpForm { tenant: typed.trim().to_ascii_lowercase(), ..form };
    answer(SIGN_UP, open(form).await.map_err(|problem| suggest(problem, &typed)))
}

/// Adds the nearest valid name to the error of an invalid one.
fn suggest(UiError(mut problem): UiError, typed: &str) -> UiError {
    if typed.trim().to_ascii_lowercase().parse::<TenantName>().is_err()
        && let Some(why) = problem.fields.0.get_mut("tenant")
    {
        *why = with_suggestion(why, typed);
    }
    UiError(problem)
}

async fn open(form: SignUpForm) -> Result<String, UiError> {
    let workspace = context::backend()?.sign_up(form, &context::client()?).await?;
    let code = workspace.hand_off().await?;
    Ok(format!("{}{WELCOME}?code={}", workspace.signed_up().url, code.expose()))
}

/// The page: the form, or a text that says that sign-up is closed.
#[component]
pub fn SignUp() -> impl IntoView {
    context::backend().ok().map(|backend| match backend.sign_up_policy() {
        SignUpPolicy::Open => view! { <Open backend /> }.into_any(),
        SignUpPolicy::Closed => view! { <Closed /> }.into_any(),
    })
}

#[component]
fn Open(backend: Backend) -> impl IntoView {
    let street = backend.base_url().authority();
    view! {
        <PageTitle text="Create a workspace · Freehold" />
        <SiteLayout current=SIGN_UP open=true>
            <div class="stack wide narrow centred">
                    <div class="stack">
                        <h1>"Create a workspace"</h1>
                        <p class="muted">"You become its owner. The workspace gets its own database."</p>
                    </div>
                    <div class="sheet"><SignUpFields authority=street /></div>
                    <p class="muted">"Already have a workspace? "<a href=FIND>"Find your workspace"</a></p>
            </div>
        </SiteLayout>
    }
}

#[component]
fn SignUpFields(authority: String) -> impl IntoView {
    let returned = flash::take().of(FORM);
    let (tenant, username, email, password) =
        (returned.kept("tenant"), returned.kept("username"), returned.kept("email"), returned.kept("password"));
    view! {
        <Form
            action=FORM.to_owned()
            label="Create the workspace".to_owned()
            refused="The workspace was not created.".to_owned()
            problem=returned.problem
        >
            <FormKey />
            <TenantField kept=tenant authority />
            <Field name="username" label="Username" autocomplete="username" most=64 kept=username />
            <Field name="email" label="Email" kind="email" autocomplete="email" optional=true kept=email />
            <Field
                name="password"
                label="Password"
                kind="password"
                hint="10 to 256 characters"
                autocomplete="new-password"
                kept=password
            />
        </Form>
    }
}

#[component]
fn Closed() -> impl IntoView {
    view! {
        <PageTitle text="Sign-up is closed · Freehold" />
        <SiteLayout current=SIGN_UP open=false>
            <div class="sheet">
                <div class="problem">
                    <div class="stack">
                        <h1>"Sign-up is closed"</h1>
                        <p class="prose">
                            "Only your provider creates new workspaces here. If you were invited to a workspace, go to its
                            address."
                        </p>
                        <div class="actions"><a class="button primary" href=FIND>"Find your workspace"</a></div>
                    </div>
                    <Vacant lot=Lot::FREEHOLD />
                </div>
            </div>
        </SiteLayout>
    }
}
