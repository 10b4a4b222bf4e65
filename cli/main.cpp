#include <clocale>
#include <csignal>
#include <iostream>

#include "cli/program.h"

int main(int argc, char** argv) {
    // A server that hangs up ends no program; a reader that leaves is told by cout.
    std::signal(SIGPIPE, SIG_IGN);
    // Says how wide characters are; nothing else follows the locale.
    std::setlocale(LC_CTYPE, "C.UTF-8");
    return vodcatalog::run(argc, argv, std::cout, std::cerr, vodcatalog::standard_output());
}
