#include "daemon/app.h"
#include "daemon/signals.h"

int main(int argc, char** argv) {
    vodcatalog::Signals::block();
    return vodcatalog::App().start(argc, argv);
}
