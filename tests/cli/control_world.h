#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "cli/program.h"
#include "daemon/clock.h"
#include "daemon/web/control_socket.h"
#include "tests/web/fake_control_target.h"
#include "tests/world/file.h"
#include "tests/world/temp_folder.h"

namespace vodcatalog {

/// The program, and what it commands in place of a daemon, once that listens.
class ControlWorld : public testing::Test {
protected:
    int runs(const std::vector<std::string>& arguments) {
        std::vector<const char*> argv{"vodcatalog", "--config", settings.c_str()};
        for (const std::string& argument : arguments) argv.push_back(argument.c_str());
        out.str("");
        err.str("");
        return run(static_cast<int>(argv.size()), argv.data(), out, err);
    }
    void listen() { daemon = std::make_unique<ControlSocket>(socket, target, log); }

    world::TempFolder folder;
    const std::filesystem::path socket = folder / "control.sock";
    /// Of no use to a daemon: the socket's path is all that a command reads.
    const std::string settings = world::write_file(folder / "vodcatalog.yaml",
                                                   "control: {socket: " + socket.string() + "}\n");
    const SystemClock clock{};
    Log log{clock, LogLevel::information, LogFormat::text, [](std::string&) {},
            [](std::string_view) {}};
    FakeControlTarget target;
    std::unique_ptr<ControlSocket> daemon;
    std::ostringstream out, err;
};

}  // namespace vodcatalog
