# SPDX-License-Identifier: MIT
low=1
high=1000
while :; do
    middle=$(((low + high) / 2))
    echo "$middle"
    read -r answer
    case $answer in
    correct) exit 0 ;;
    lower) high=$((middle - 1)) ;;
    *) low=$((middle + 1)) ;;
    esac
done
