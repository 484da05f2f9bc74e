/* SPDX-License-Identifier: MIT */
#include "base/base64.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

/* Memory of exactly that size, so that the sanitizer sees every excess. */
static char *allocate(size_t size)
{
    char *memory = malloc(size == 0 ? 1 : size);

    assert(memory != NULL);
    return memory;
}

static void encode_and_decode(struct span bytes)
{
    size_t size = base64_encoded_size(bytes.size);
    char *text = allocate(size);
    char *again = allocate(bytes.size);
    struct malformed malformed;

    base64_encode(text, bytes);
    assert(base64_decoded_size(span_of(text, size)) == bytes.size);
    assert(base64_decode(again, span_of(text, size), &malformed) ==
           SOCKFEED_OK);
    assert(span_equal(span_of(again, bytes.size), bytes));
    free(text);
    free(again);
}

/* There is one text for each value, but for the padding. */
static void decode_and_encode(struct span text)
{
    size_t size = base64_decoded_size(text);
    char *bytes = allocate(size);
    struct malformed malformed = {SIZE_MAX, NULL};

    if (base64_decode(bytes, text, &malformed) == SOCKFEED_OK) {
        size_t encoded = base64_encoded_size(size);
        char *again = allocate(encoded);
        size_t characters = span_find(text, '=');

        base64_encode(again, span_of(bytes, size));
        assert(text.size == encoded || text.size == characters);
        assert(characters == span_find(span_of(again, encoded), '='));
        assert(text.size == 0 || memcmp(again, text.data, text.size) == 0);
        free(again);
    } else {
        assert(malformed.offset <= text.size && malformed.reason != NULL);
    }
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    encode_and_decode(span_of((const char *)data, size));
    decode_and_encode(span_of((const char *)data, size));
    return 0;
}
