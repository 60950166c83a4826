# SPDX-License-Identifier: MIT
# tries: to replace its own directory by a link to the host's, which a remover or collector would follow.
# stopped by: mount-namespace; a box that goes as a whole
# policy: shell
# arguments: {place}
# right: ok, nonzero-exit
# host: victim file unchanged, nothing left
# raw: no: it harms a remover that follows
rm -rf /box /tmp 2>/dev/null
ln -s "$1" /box/host
ln -s / /tmp/root
mkdir -p deep && ln -s "$1" deep/link
chmod 000 deep
exit 0
