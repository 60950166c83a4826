# SPDX-License-Identifier: MIT
read -r count
read -r values
best=-9223372036854775807
ending=0
for value in $values; do
    [ "$ending" -gt 0 ] || ending=0
    ending=$((ending + value))
    [ "$ending" -le "$best" ] || best=$ending
done
echo "$best"
