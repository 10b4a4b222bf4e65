#include <csignal>
#include <iostream>

#include "cli/program.h"

int main(int argc, char** argv) {
    // A server that hangs up ends no program; a reader that leaves is told by cout.
    std::signal(SIGPIPE, SIG_IGN);
    return vodcatalog::run(argc, argv, std::cout, std::cerr);
}
