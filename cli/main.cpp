#include <csignal>
#include <iostream>

#include "cli/program.h"

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // of a server that hangs up; a reader that leaves is told by cout
    return vodcatalog::run(argc, argv, std::cout, std::cerr);
}
