// The other side of a connection to a server under test. It sends and reads what the test says, whatever HTTP
// allows.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace handoff::net {

// A connection over TLS that sends and reads what the test says.
class Peer {
 public:
  // `offer` may change what the peer offers of TLS.
  explicit Peer(std::uint16_t port, const std::function<void(SSL*)>& offer = {}) {
    if (offer) offer(tls());
    stream_.next_layer().open(boost::asio::ip::tcp::v4());
    // Small, so that the server keeps what the peer does not read.
    stream_.next_layer().set_option(boost::asio::socket_base::receive_buffer_size(4096));
    stream_.next_layer().connect({boost::asio::ip::make_address("127.0.0.1"), port});
    boost::system::error_code failed;
    stream_.handshake(boost::asio::ssl::stream_base::client, failed);
    greeted_ = !failed;
  }
  bool is_greeted() const { return greeted_; }
  SSL* tls() { return stream_.native_handle(); }
  // Reads the next bytes, as many as there are. Empty if the server closed the connection.
  std::string read_some() {
    std::string some(64u << 10, '\0');
    boost::system::error_code ended;
    some.resize(stream_.read_some(boost::asio::buffer(some), ended));
    return some;
  }
  // False if the server closed the connection.
  bool send(std::string_view bytes) {
    boost::system::error_code failed;
    boost::asio::write(stream_, boost::asio::buffer(bytes), failed);
    return !failed;
  }
  // Sends one byte every 20 ms until the server closes the connection or all is sent.
  bool send_slowly(std::string_view bytes) {
    bool going = true;
    for (std::size_t i = 0; going && i < bytes.size(); ++i) {
      going = send(bytes.substr(i, 1));
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    return going;
  }
  std::string read_to_end() {
    std::string all;
    boost::system::error_code ended;
    boost::asio::read(stream_, boost::asio::dynamic_buffer(all), ended);
    return all;
  }

 private:
  boost::asio::io_context io_;
  boost::asio::ssl::context tls_{boost::asio::ssl::context::tls_client};
  boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_{io_, tls_};
  bool greeted_ = false;
};

}  // namespace handoff::net
