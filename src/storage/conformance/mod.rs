//! Test suite that every storage must pass. Each test is a function that takes a `Rig`. It is listed once below and runs on
//! each storage. Files and the doubles of libsql-server and Turso are always tested. A real libsql-server is tested if
//! `FREEHOLD_TEST_SQLD` names its binary. Turso is tested if `FREEHOLD_TEST_TURSO_ORGANIZATION`, `_GROUP` and `_API_TOKEN` name
//! an account. Where storages differ, the behaviour of files is the correct one.

mod copies;
mod kind;
mod making;
mod migrating;
mod rig;
pub(super) mod sqld;
mod values;
mod writing;

use kind::Kind;
use rig::Rig;

macro_rules! suite {
    ($($file:ident::$test:ident),* $(,)?) => {
        mod local {
            $(test_on!(Local, $file::$test);)*
        }
        mod libsql_server {
            $(test_on!(LibsqlServer, $file::$test);)*
        }
        mod turso {
            $(test_on!(Turso, $file::$test);)*
        }
        mod real_libsql_server {
            $(test_on!(
                #[cfg_attr(not(test_sqld), ignore = "FREEHOLD_TEST_SQLD names no libsql-server")]
                RealLibsqlServer, $file::$test
            );)*
        }
        mod real_turso {
            $(test_on!(
                #[cfg_attr(not(test_turso), ignore = "FREEHOLD_TEST_TURSO_* name no account")]
                RealTurso, $file::$test
            );)*
        }
    };
}

macro_rules! test_on {
    ($(#[$attribute:meta])* $kind:ident, $file:ident::$test:ident) => {
        $(#[$attribute])*
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $test() {
            super::Rig::with(super::Kind::$kind, super::$file::$test).await;
        }
    };
}

suite![
    making::making_keeps_what_is_there,
    making::a_new_database_has_the_schema_of_this_program_and_is_opened_again_as_it_is,
    making::what_is_missing_is_missing_and_not_made_by_opening,
    making::deleting_may_be_done_twice_and_leaves_nothing,
    making::the_list_holds_exactly_what_was_made,
    making::a_database_grows_and_its_size_and_usage_are_told,
    making::opening_and_reading_cost_one_request_each,
    writing::a_read_sees_what_was_committed_and_nothing_else,
    writing::a_dropped_transaction_never_was,
    writing::a_constraint_names_its_column_and_leaves_the_transaction_usable,
    writing::a_statement_that_is_wrong_leaves_the_transaction_usable,
    writing::foreign_keys_hold,
    writing::a_batch_is_done_whole_or_not_at_all,
    writing::a_wrong_number_of_parameters_is_an_error_that_does_nothing,
    writing::a_second_writer_waits_for_the_first_and_then_writes,
    writing::a_second_writer_that_waits_too_long_is_told_so_and_does_nothing,
    writing::many_writers_at_once_lose_nothing,
    values::values_come_back_as_they_went,
    values::reals_come_back_to_the_last_bit,
    values::large_values_come_back_whole,
    migrating::a_database_that_is_behind_gets_what_it_lacks_and_keeps_its_rows,
    migrating::who_was_there_before_the_search_index_is_in_it,
    migrating::a_migration_that_fails_leaves_nothing_behind,
    migrating::a_newer_and_a_changed_schema_are_refused,
    copies::a_copy_taken_while_others_write_is_of_one_moment,
    copies::an_image_becomes_the_same_database_on_every_storage,
    copies::twenty_thousand_rows_go_round,
];
