int count(void);
#define STEP 10
