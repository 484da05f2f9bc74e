// SPDX-License-Identifier: MIT
//
//   beast PORT     prints each message with Boost.Beast, blocking reads and
//                  stdio's buffer, until the server closes
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>

namespace beast = boost::beast;
namespace net = boost::asio;

static int print_messages(unsigned short port)
{
    net::io_context context;
    beast::websocket::stream<net::ip::tcp::socket> socket(context);
    beast::flat_buffer message;
    beast::error_code error;

    socket.next_layer().connect({net::ip::address_v4::loopback(), port});
    socket.handshake("127.0.0.1", "/");
    for (;;) {
        socket.read(message, error);
        if (error) {
            return error == beast::websocket::error::closed ? 0 : 1;
        }
        auto bytes = message.cdata();
        if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) !=
                bytes.size() ||
            std::putc('\n', stdout) == EOF) {
            return 1;
        }
        message.consume(message.size());
    }
}

int main(int argc, char **argv)
{
    try {
        return print_messages(
            static_cast<unsigned short>(argc > 1 ? std::atoi(argv[1]) : 0));
    } catch (const std::exception &failure) {
        std::fprintf(stderr, "beast: %s\n", failure.what());
        return 1;
    }
}
