/* SPDX-License-Identifier: MIT */
#ifndef SESSION_EIO_ERROR_H
#define SESSION_EIO_ERROR_H

#include "base/buf.h"
#include "base/span.h"

/* What an Engine.IO server says in the body of an HTTP error:
 * {"code":1,"message":"Session ID unknown"}. */
enum eio_error {
    EIO_ERROR_TRANSPORT = 0, /* unknown, or disabled there */
    EIO_ERROR_SESSION = 1,   /* unknown */
    EIO_ERROR_METHOD = 2,
    EIO_ERROR_REQUEST = 3,
    EIO_ERROR_FORBIDDEN = 4,
    EIO_ERROR_VERSION = 5, /* EIO= is not spoken */
    EIO_ERROR_NONE = 6,    /* it is no such body */
};

/* Its code; `text` is made the message, or of another body its beginning, as
 * far as fits: what a person is to read. */
enum eio_error eio_error_read(struct buf *text, struct span body);

#endif
