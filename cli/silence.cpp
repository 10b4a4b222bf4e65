#include "cli/silence.h"

#include <Poco/JSON/Object.h>

#include <CLI/CLI.hpp>
#include <sstream>

#include "catalog/error.h"
#include "cli/control_client.h"
#include "cli/failure.h"
#include "daemon/duration.h"
#include "daemon/settings.h"

namespace vodcatalog {
namespace {

std::int64_t seconds_of(const std::string& lasting) {
    try {
        return std::chrono::floor<std::chrono::seconds>(parse_duration(lasting)).count();
    } catch (const catalog::Unusable& error) {
        throw Failure(ExitCode::usage, "--for " + lasting + ": " + error.what());
    }
}

std::string body_of(const SilenceCommand& command) {
    Poco::JSON::Object body(Poco::JSON_PRESERVE_KEY_ORDER | Poco::JSON_ESCAPE_UNICODE);
    const auto set = [&body](const char* name, const std::optional<std::string>& text) {
        if (text) body.set(name, *text);
    };
    set("rule", command.rule);
    set("account", command.account);
    set("image_id", command.image_id);
    set("category", command.category);
    set("tag", command.tag);
    set("storage_location", command.storage_location);
    body.set("seconds", seconds_of(command.lasting));
    body.set("comment", command.comment);
    std::ostringstream out;
    body.stringify(out);
    return out.str();
}

std::string silence(const SilenceCommand& command, const std::filesystem::path& settings_file) {
    const std::int64_t silence_id =
        number_of(*ask_daemon(control_socket_of(settings_file), "/v1/silence", body_of(command)),
                  "silence_id");
    const std::string number = std::to_string(silence_id);
    return "silence " + number + ": what fits is recorded, and told at its end in " +
           command.lasting + " if it is still so; `vodcatalog unsilence " + number +
           "` ends it before\n";
}

std::string unsilence(const UnsilenceCommand& command, const std::filesystem::path& settings_file) {
    const std::string number = std::to_string(command.silence_id);
    (void)ask_daemon(control_socket_of(settings_file), "/v1/unsilence",
                     R"({"silence_id": )" + number + "}");
    return "silence " + number + " is over; what it held back and is still so is told within a " +
           "minute\n";
}

}  // namespace

void add_silence(CLI::App& line, SilenceCommand& command, ChosenAnswer& answer) {
    CLI::App* const verb =
        line.add_subcommand("silence", "Have the daemon tell nobody of what fits, for a while");
    verb->add_option("--rule", command.rule, "Of this rule")->option_text("RULE");
    verb->add_option("--account", command.account, "Of this account")->option_text("NAME");
    verb->add_option("--image", command.image_id, "Of this image")->option_text("ID");
    verb->add_option("--category", command.category, "Of images of this category")
        ->option_text("NAME");
    verb->add_option("--tag", command.tag, "Of images with this tag")->option_text("TAG");
    verb->add_option("--storage-location", command.storage_location, "Of images stored there")
        ->option_text("PLACE");
    verb->add_option("--for", command.lasting, "How long, such as 2h; 1m to 30d")
        ->option_text("TIME")
        ->required();
    verb->add_option("--comment", command.comment, "Who wants it silent, and why")
        ->option_text("TEXT")
        ->required();
    verb->callback([&] {
        answer = [&command](const auto& settings_file) { return silence(command, settings_file); };
    });
}

void add_unsilence(CLI::App& line, UnsilenceCommand& command, ChosenAnswer& answer) {
    CLI::App* const verb = line.add_subcommand("unsilence", "End a silence now");
    verb->add_option("SILENCE", command.silence_id, "Its number")->required();
    verb->callback([&] {
        answer = [&command](const auto& settings_file) {
            return unsilence(command, settings_file);
        };
    });
}

}  // namespace vodcatalog
