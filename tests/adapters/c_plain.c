/* An adapter for a C function: with an argument the hash of that header, without one hashjoule-exec/1. */
#include <stdio.h>
#include <string.h>
#include "sha256.h"

static const char *field(const char *line, const char *key) { /* what stands after "key":" */
    const char *at = strstr(line, key);
    return at ? at + strlen(key) : "";
}
static void print_hash(const char *hex) {
    unsigned char header[80], hash[32];
    for (int i = 0; i < 80; i++) sscanf(hex + 2 * i, "%2hhx", &header[i]);
    sha256(header, 80, hash), sha256(hash, 32, hash);
    for (int i = 31; i >= 0; i--) printf("%02x", hash[i]);
}
int main(int argc, char **argv) {
    static char line[1 << 16];
    if (argc > 1) return print_hash(argv[1]), 0;
    while (fgets(line, sizeof line, stdin)) {
        const char *id = field(line, "\"id\":\"");
        if (!*id) printf("{\"name\":\"plain C\",\"ops\":[\"header_hash\"]}\n");
        else printf("{\"id\":\"%.*s\",\"hash\":\"", (int)strcspn(id, "\""), id), print_hash(field(line, "\"header\":\"")), puts("\"}");
        fflush(stdout);
    }
}
