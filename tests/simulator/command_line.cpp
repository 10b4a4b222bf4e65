#include "tests/simulator/command_line.h"

#include <charconv>
#include <set>

namespace simulator {
namespace {

std::uint64_t number(const std::string& option, const std::string& text, std::uint64_t max) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value > max) {
        throw BadUsage(option + " " + text + ": not a whole number from 0 to " +
                       std::to_string(max));
    }
    return value;
}

void set(CommandLine& out, const std::string& option, const std::string& value) {
    if (option == "--listen") {
        out.listen = parse_loopback(value);
    } else if (option == "--images") {
        out.images = number(option, value, 10'000'000);
    } else if (option == "--seed") {
        out.seed = number(option, value, UINT64_MAX);
    } else if (option == "--scenario") {
        out.scenario = value;
    } else if (option == "--ready-file") {
        out.ready_file = value;
    } else {
        throw BadUsage("unknown option " + option);
    }
}

}  // namespace

CommandLine read_command_line(const std::vector<std::string>& arguments) {
    CommandLine out;
    std::set<std::string> given;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        std::string option = arguments[i];
        if (option == "--help" || option == "-h") {
            out.help = true;
            return out;
        }
        if (!option.starts_with("--")) throw BadUsage("unexpected argument " + option);
        const std::size_t equals = option.find('=');
        std::string value;
        if (equals != std::string::npos) {
            value = option.substr(equals + 1);
            option.resize(equals);
        } else if (i + 1 < arguments.size()) {
            value = arguments[++i];
        } else {
            throw BadUsage(option + " has no value");
        }
        if (!given.insert(option).second) throw BadUsage(option + " is given twice");
        set(out, option, value);
    }
    for (const char* const needed : {"--listen", "--seed", "--ready-file"}) {
        if (!given.contains(needed)) throw BadUsage(std::string{needed} + " is missing");
    }
    if (!out.images && !out.scenario) throw BadUsage("--images is missing");
    if (out.ready_file.empty()) throw BadUsage("--ready-file is empty");
    return out;
}

}  // namespace simulator
