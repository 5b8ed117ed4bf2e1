int scale[2] = {1, 2};
int measure(void) { return 100 * scale[0]; }
int measure_twice(void) { return 2 * measure(); }
