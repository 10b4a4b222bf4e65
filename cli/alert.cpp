#include "cli/alert.h"

#include <Poco/JSON/Object.h>

#include <CLI/CLI.hpp>
#include <sstream>

#include "cli/control_client.h"
#include "cli/failure.h"
#include "daemon/settings.h"

namespace vodcatalog {
namespace {

/// As long as the daemon waits for the slowest channel, and a little longer.
constexpr std::chrono::seconds kPatience{250};

std::string test(const AlertTestCommand& command, const std::filesystem::path& settings_file) {
    Poco::JSON::Object body(Poco::JSON_ESCAPE_UNICODE);
    body.set("channel", command.channel);
    std::ostringstream text;
    body.stringify(text);
    const auto answer =
        ask_daemon(control_socket_of(settings_file), "/v1/test-alert", text.str(), kPatience);
    const std::string channel = "channel " + command.channel + ": ";
    if (answer->optValue("delivered", false)) return channel + "delivered\n";
    const std::string error = answer->optValue<std::string>("error", "no reason is known");
    if (answer->optValue("refused", false)) {
        throw Failure(ExitCode::data, channel + "the receiver refuses the message: " + error);
    }
    throw Failure(ExitCode::unavailable, channel + "not delivered: " + error);
}

}  // namespace

void add_alert(CLI::App& line, AlertTestCommand& command, ChosenAnswer& answer) {
    CLI::App* const verb = line.add_subcommand("alert", "Try the ways by which people are told");
    verb->require_subcommand(1);
    CLI::App* const tries = verb->add_subcommand(
        "test",
        "Have the daemon send a message that says it is a test, and tell what became of it");
    tries->add_option("CHANNEL", command.channel, "The channel's name in the settings")->required();
    tries->callback([&] {
        answer = [&command](const auto& settings_file) { return test(command, settings_file); };
    });
}

}  // namespace vodcatalog
