#!/bin/sh
# Logs in to a computer, saves its screen, locks it for a while, and logs off:
#
#     VEYON_PASSWORD=veyon sh examples/lock.sh http://127.0.0.1:11080 room1-pc1 teacher [SECONDS]
#
# With `npm start`, the computer is the 127.0.0.1:PORT that it prints.
#
# The password goes to curl by standard input, since everybody on a computer can read arguments. One
# with a quote or a backslash in it has to be given as in JSON.
set -eu
api=$1/api/v1 host=$2 user=$3 seconds=${4:-5}

logon=63611f7c-b457-42c7-832e-67d0f9281085
screen_lock=ccb535a2-1d24-4cc1-a709-8b47d2b2ac79

answer=$(curl --silent --show-error --fail "$api/authentication/$host" --data @- <<END
{"method": "$logon", "credentials": {"username": "$user", "password": "$VEYON_PASSWORD"}}
END
)
uid=$(printf '%s' "$answer" | sed 's/.*"connection-uid":"\([^"]*\)".*/\1/')

# With the connection's name, which is as secret as a password; an error of the API ends the script.
call() {
  printf 'header = "Connection-Uid: %s"\n' "$uid" |
    curl --silent --show-error --fail --config - "$@"
}

# There is no picture until the host has sent every pixel: 503, which --retry tries again.
call --retry 5 --output screen.png "$api/framebuffer"
echo "screen.png shows $host"

call --request PUT "$api/feature/$screen_lock" --data '{"active": true}' > /dev/null
sleep "$seconds"
call "$api/feature/$screen_lock"
echo
call --request PUT "$api/feature/$screen_lock" --data '{"active": false}' > /dev/null
call --request DELETE "$api/authentication/$host" > /dev/null
