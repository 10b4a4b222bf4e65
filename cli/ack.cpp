#include "cli/ack.h"

#include <CLI/CLI.hpp>
#include <string>

#include "cli/control_client.h"
#include "daemon/settings.h"

namespace vodcatalog {
namespace {

std::string ack(const AckCommand& command, const std::filesystem::path& settings_file) {
    const std::string number = std::to_string(command.incident_id);
    (void)ask_daemon(control_socket_of(settings_file), "/v1/ack",
                     R"({"incident_id": )" + number + "}");
    return "incident " + number + " is closed as acknowledged\n";
}

}  // namespace

void add_ack(CLI::App& line, AckCommand& command, ChosenAnswer& answer) {
    CLI::App* const verb = line.add_subcommand(
        "ack", "Close an incident because somebody sees to it; open_incident has the numbers");
    verb->add_option("INCIDENT", command.incident_id, "Its number")->required();
    verb->callback([&] {
        answer = [&command](const auto& settings_file) { return ack(command, settings_file); };
    });
}

}  // namespace vodcatalog
