#include "tools/operator_options.h"

#include "tools/delivery_command.h"
#include "tools/ledger_command.h"

namespace handoff::gateway {
namespace {

CLI::App* add_review_action(CLI::App* review, OperatorCall& call, const char* name, const char* help) {
  auto* action = review->add_subcommand(name, help);
  action->fallthrough();
  const std::string_view what = name;
  if (what == "split")
    action->add_option("PATIENT", call.review.id, "The Patient, by id or reference")->required();
  else if (what != "list") action->add_option("ID", call.review.id, "Number of the review")->required();
  return action;
}

void define_review(CLI::App& app, OperatorCall& call) {
  ReviewOptions& o = call.review;
  auto* review =
      app.add_subcommand("review", "Records with contradicting evidence: a person decides whose they are");
  review->require_subcommand(1);
  add_optional(review, "--data", o.data, "A sandbox's data folder, running or not");
  add_optional(review, "--config", o.config, "Or the configuration of a gateway that does not run");
  add_optional(review, "--to", o.to, "Or a running gateway: https://host/fhir");
  add_optional(review, "--token", o.token_file, "With --to: file with an operator's bearer token");
  add_optional(review, "--cacert", o.ca_file,
               "With --to: the gateway's certificate authority, PEM (default: the system's)");
  review->add_option("--reason", o.reason, "The reason; the ledger keeps it with the decision");
  review->add_flag("--json", o.json, "The answer as JSON");
  add_review_action(review, call, "list",
                    "The records that wait, with what speaks for and against each candidate");
  add_review_action(review, call, "show",
                    "One of them, with the record's values and the candidates as they are now");
  add_review_action(review, call, "same", "The record belongs to this candidate; it is taken in at once")
      ->add_option("PATIENT", o.patient, "The candidate, by id or reference")
      ->required();
  add_review_action(review, call, "different", "The record belongs to somebody who is not known yet");
  add_review_action(review, call, "correct", "Correct fields of the record and try again")
      ->add_option("FIELD=VALUE", o.fields, "A column and its correct value, written as in the file")
      ->required();
  add_review_action(review, call, "split",
                    "Undo a wrong merge: each record's data goes back to its own "
                    "person; lists past recipients");
}

// The options that both commands share: where to look, and with which token.
CLI::App* add_audit_command(CLI::App& app, AuditOptions& o, const char* name, const char* help) {
  auto* command = app.add_subcommand(name, help);
  command->require_subcommand(1);
  add_optional(command, "--data", o.place.data,
               "The data folder, with or without a running gateway; it is only read");
  add_optional(command, "--config", o.place.config, "Or a gateway's configuration, which names it");
  add_optional(command, "--to", o.to, "Or a running gateway: https://host/fhir");
  add_optional(command, "--token", o.token_file, "With --to: file with a bearer token");
  add_optional(command, "--cacert", o.ca_file,
               "With --to: the gateway's certificate authority, PEM (default: the system's)");
  command->add_flag("--json", o.json, "One JSON document instead of a table");
  return command;
}

void add_filter(CLI::App* list, AuditOptions& o, const std::string& name, const std::string& help) {
  list->add_option_function<std::string>(
      "--" + name, [&o, name](const std::string& text) { o.parameters.emplace_back(name, text); }, help);
}

CLI::App* add_list(CLI::App* command, AuditOptions& o, const char* help, const std::string& times) {
  auto* list = command->add_subcommand("list", help);
  list->fallthrough();
  add_filter(list, o, "patient", "Of this patient: Patient/ID, ID, or an identifier as system|value");
  add_filter(list, o, "recipient", "To this recipient: ORG-PCP1");
  add_filter(list, o, "event", "Of this event: E5");
  add_filter(list, o, "since",
             "From this date or dateTime on (a date is a day in the exchange's time zone), by " + times);
  add_filter(list, o, "until", "Up to this date or dateTime; a date includes the whole day");
  list->add_option("--limit", o.limit, "How many at most")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000));
  add_filter(list, o, "cursor", "Continue where the previous list ended: its last line, or \"next\" in JSON");
  return list;
}

void add_show(CLI::App* command, AuditOptions& o, const char* help) {
  auto* show = command->add_subcommand("show", help);
  show->fallthrough();
  show->add_option("ID", o.id, "Its id, as `list` shows it")->required();
}

void define_ledger(CLI::App& app, AuditOptions& o) {
  auto* ledger = add_audit_command(app, o, "ledger",
                                   "Who received what of whose record, by which consent; shows ids only");
  add_optional(ledger, "--ledger-key", o.place.ledger_key,
               "File of the ledger's key (default: the configuration's, or DATA/ledger.key)");
  auto* list =
      add_list(ledger, o, "The entries that match, newest first", "the time at which it was written");
  add_filter(list, o, "outcome", "The decision: permit. Withheld deliveries are in `delivery list`");
  add_filter(list, o, "kind", "disclosure, access (by operators), write, review; several with commas");
  add_show(ledger, o, "One entry with all that was sealed, including the reason given for a decision");
  auto* verify = ledger->add_subcommand("verify",
                                        "Check only the ledger's chain (`db verify` checks it "
                                        "too); exit code 1 if it is broken");
  verify->fallthrough();
}

void define_delivery(CLI::App& app, AuditOptions& o) {
  auto* delivery = add_audit_command(app, o, "delivery",
                                     "What should go to whom, the outcome and the reason; shows ids only");
  auto* list = add_list(delivery, o, "The deliveries that match, newest event first",
                        "the gateway's clock when the event happened");
  add_filter(list, o, "outcome",
             "queued (not sent yet, or tried again), delivered, withheld, failed; several with commas");
  add_show(delivery, o, "One delivery with each attempt");
}

std::string action_of(const CLI::App& app, const char* command) {
  return app.get_subcommand(command)->get_subcommands().front()->get_name();
}

}  // namespace

void define_operator_commands(CLI::App& app, OperatorCall& call, const std::filesystem::path& home) {
  call.review.home = call.ledger.place.home = call.delivery.place.home = home;
  define_review(app, call);
  define_ledger(app, call.ledger);
  define_delivery(app, call.delivery);
}

std::optional<int> run_operator_command(const CLI::App& app, const OperatorCall& call) {
  if (app.got_subcommand("review")) return run_review(action_of(app, "review"), call.review);
  if (app.got_subcommand("ledger")) return run_ledger(action_of(app, "ledger"), call.ledger);
  if (app.got_subcommand("delivery")) return run_delivery(action_of(app, "delivery"), call.delivery);
  return std::nullopt;
}

}  // namespace handoff::gateway
