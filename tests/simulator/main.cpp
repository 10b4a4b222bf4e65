#include <csignal>
#include <cstdio>
#include <exception>

#include "daemon/clock.h"
#include "tests/simulator/command_line.h"
#include "tests/simulator/notice_files.h"
#include "tests/simulator/simulator.h"

namespace {

constexpr int kUsageError = 64;   // EX_USAGE
constexpr int kConfigError = 78;  // EX_CONFIG

/// Blocked before any thread starts, so that only main sees them; and not ignored, as a shell
/// has it for what it starts in the background.
sigset_t block_ending_signals() {
    for (const int ending : {SIGTERM, SIGINT}) std::signal(ending, SIG_DFL);
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return signals;
}

int run(const simulator::CommandLine& line, const sigset_t& ending) {
    simulator::Options options;
    options.listen = line.listen;
    options.seed = line.seed;
    if (line.scenario) options.scenario = simulator::load_scenario(*line.scenario);
    if (!line.images && !options.scenario.images) {
        throw simulator::BadUsage("neither --images nor images.count in the scenario is given");
    }
    options.images = line.images ? *line.images : *options.scenario.images;
    const vodcatalog::SystemClock clock;
    const simulator::Simulator cloud(options, clock);
    const simulator::NoticeFiles files(cloud, line.ready_file);
    int signal = 0;
    sigwait(&ending, &signal);
    return 0;
}

int fail(int exit_code, const std::exception& error) {
    std::fprintf(stderr, "vod-simulator: %s\n", error.what());
    return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
    const sigset_t ending = block_ending_signals();
    try {
        const simulator::CommandLine line =
            simulator::read_command_line(std::vector<std::string>(argv + 1, argv + argc));
        if (line.help) {
            std::fputs(simulator::kUsage, stdout);
            return 0;
        }
        return run(line, ending);
    } catch (const simulator::BadUsage& error) {
        std::fputs(simulator::kUsage, stderr);
        return fail(kUsageError, error);
    } catch (const simulator::BadAddress& error) {
        return fail(kUsageError, error);
    } catch (const simulator::BadScenario& error) {
        return fail(kConfigError, error);
    } catch (const std::exception& error) {
        return fail(1, error);
    }
}
