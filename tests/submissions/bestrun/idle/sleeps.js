// SPDX-License-Identifier: MIT
setTimeout(() => console.log('awake'), 3600 * 1000);
