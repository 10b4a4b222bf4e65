#include "cli/accept.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <CLI/CLI.hpp>
#include <sstream>

#include "cli/control_client.h"
#include "cli/failure.h"
#include "daemon/log_line.h"
#include "daemon/settings.h"

namespace vodcatalog {
namespace {

std::string body_of(const AcceptCommand& command) {
    if (!command.account) return "";
    Poco::JSON::Object body(Poco::JSON_PRESERVE_KEY_ORDER | Poco::JSON_ESCAPE_UNICODE);
    body.set("account", *command.account);
    std::ostringstream out;
    body.stringify(out);
    return out.str();
}

struct Accepted {
    std::string account;
    std::int64_t images = 0;
};

Accepted accept(const char* path, const AcceptCommand& command,
                const std::filesystem::path& settings_file) {
    const auto answer = ask_daemon(control_socket_of(settings_file), path, body_of(command));
    try {
        return {answer->getValue<std::string>("account"), answer->getValue<std::int64_t>("images")};
    } catch (const Poco::Exception& error) {
        throw Failure(ExitCode::software, "the daemon's answer lacks account or images (" +
                                              error.displayText() +
                                              "); install the same version of both programs");
    }
}

std::string accept_gone(const AcceptCommand& command, const std::filesystem::path& settings_file) {
    const auto [account, images] = accept("/v1/accept-gone", command, settings_file);
    const std::string whose = "account " + escaped(account) + ": ";
    if (images == 0) return whose + "no image is said not to exist; nothing to accept\n";
    return whose + std::to_string(images) +
           " images that are said not to exist may be gone; each is once if the cloud says so "
           "again\n";
}

std::string accept_untrack(const AcceptCommand& command,
                           const std::filesystem::path& settings_file) {
    const auto [account, images] = accept("/v1/accept-untrack", command, settings_file);
    const std::string whose = "account " + escaped(account) + ": ";
    if (images == 0) return whose + "no list of image IDs is held back; nothing to accept\n";
    return whose + std::to_string(images) +
           " images are not watched any more, unless something else names them; their rows stay\n";
}

void add(CLI::App& line, const char* name, const char* description, AcceptCommand& command) {
    line.add_subcommand(name, description)
        ->add_option("--account", command.account, "Of this account (default: the only one)")
        ->option_text("NAME");
}

}  // namespace

void add_accept_gone(CLI::App& line, AcceptCommand& command, ChosenAnswer& answer) {
    add(line, "accept-gone", "Tell the daemon that all the images it holds back were deleted",
        command);
    line.get_subcommand("accept-gone")->callback([&] {
        answer = [&command](const auto& settings_file) {
            return accept_gone(command, settings_file);
        };
    });
}

void add_accept_untrack(CLI::App& line, AcceptCommand& command, ChosenAnswer& answer) {
    add(line, "accept-untrack",
        "Tell the daemon to let go the images that the account's shortened ID lists lack", command);
    line.get_subcommand("accept-untrack")->callback([&] {
        answer = [&command](const auto& settings_file) {
            return accept_untrack(command, settings_file);
        };
    });
}

}  // namespace vodcatalog
