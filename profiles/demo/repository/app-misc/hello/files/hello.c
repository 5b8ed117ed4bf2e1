#include <stdio.h>
#include <sys/capability.h>

/* Says hello, and what this process may do. */
int main(void)
{
	cap_t capabilities = cap_get_proc();
	char *text = capabilities ? cap_to_text(capabilities, NULL) : NULL;

	printf("hello, capabilities %s\n", text ? text : "unknown");
	return text ? 0 : 1;
}
