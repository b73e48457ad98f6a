#!/bin/sh
# A bot without a library: tells the time to whoever writes "!time" in a room.
#   CHAT_URL=http://127.0.0.1:3000 CHAT_TOKEN=suda_… sh examples/curl/clock-bot.sh general
set -eu
room=$1

say() {
  curl -fsS -H "Authorization: Bearer $CHAT_TOKEN" -H 'Content-Type: text/plain' \
    --data-binary "$1" "$CHAT_URL/api/rooms/$room/messages" > /dev/null
}

# Plain text is for lines as they come: it ends with the server, and what is written meanwhile is not told. A bot that
# must miss nothing reads application/x-ndjson and comes back with the last id as Last-Event-ID.
while true; do
  curl -fsSN -H "Authorization: Bearer $CHAT_TOKEN" -H 'Accept: text/plain' \
    "$CHAT_URL/api/rooms/$room/feed?history=0" |
    while IFS= read -r line; do
      case $line in
        ' '*) ;; # a further line of a message is indented, so nobody can forge the beginning of one
        *': !time') say "It is $(date -u +%H:%M) UTC." ;;
      esac
    done || true
  sleep 1
done
