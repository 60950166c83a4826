// SPDX-License-Identifier: MIT
int main()
{
    best <run> = "<script>alert(1)</script>";
}
